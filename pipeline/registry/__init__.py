"""What is done at an image registry: publish, attach, look, promote.

Own code, since the libraries of the field either need a daemon or send a blob once and give up: here every request is
tried again where that is safe, a tag is written last, and what is attached is found again.
"""
