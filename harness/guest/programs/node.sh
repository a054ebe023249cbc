# Node's own sockets: streams with back-pressure, half-open connections, HTTP with large bodies.
node /tmp/programs/sockets.mjs
