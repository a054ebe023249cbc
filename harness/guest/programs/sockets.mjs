import assert from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { pipeline } from 'node:stream/promises';

const data = randomBytes(3_000_001);
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const gather = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};
const listening = async (server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
};

const echo = net.createServer({ allowHalfOpen: true }, (socket) => pipeline(socket, socket));
const echoPort = await listening(echo);
await Promise.all(
  Array.from({ length: 20 }, async (_, index) => {
    const socket = net.connect({ port: echoPort, host: '127.0.0.1', allowHalfOpen: true });
    const own = data.subarray(0, 1 + index * 100_000);
    socket.end(own);
    assert(own.equals(await gather(socket)));
  }),
);
echo.close();

const web = http.createServer(async (request, response) => {
  if (request.method === 'GET') response.end(data);
  else response.end(digest(await gather(request)));
});
const port = await listening(web);
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
const ask = async (method, body) => {
  const request = http.request({ port, host: '127.0.0.1', method, agent });
  request.end(body);
  const [response] = await once(request, 'response');
  return gather(response);
};
await Promise.all(
  Array.from({ length: 12 }, async (_, index) => {
    if (index % 2) assert(data.equals(await ask('GET')));
    else assert.equal((await ask('POST', data)).toString(), digest(data));
  }),
);
agent.destroy();
web.close();
console.log('node: all bytes came back');
