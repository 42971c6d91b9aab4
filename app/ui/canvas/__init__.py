"""The linked views of one sample: photo with overlay, sketch, photo alone; and the tools that paint."""
