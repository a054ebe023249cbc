# Python's own sockets, as its libraries use them.
python3.11 /tmp/programs/sockets.py
