"""The captions of the sample on screen: lines to type in, what their words claim, and what contradicts it."""
