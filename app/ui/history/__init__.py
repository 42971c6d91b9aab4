"""The history panel's parts: its lines, how they are drawn, and the small pictures of what each step changed."""
