import asyncio
import hashlib
import http.client
import http.server
import multiprocessing.connection
import os
import random
import socket
import socketserver
import tempfile
import threading

data = random.Random(1).randbytes(3_000_001)
digest = hashlib.sha256(data).hexdigest()


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        while piece := self.request.recv(random.randint(1, 100_000)):
            self.request.sendall(piece)


def blocking_echo():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def talk():
            with socket.create_connection(server.server_address) as client:
                threading.Thread(target=lambda: (client.sendall(data), client.shutdown(socket.SHUT_WR))).start()
                assert b"".join(iter(lambda: client.recv(65536), b"")) == data

        talkers = [threading.Thread(target=talk) for _ in range(4)]
        for each in talkers:
            each.start()
        for each in talkers:
            each.join()
        server.shutdown()


async def asynchronous_echo():
    async def echo(reader, writer):
        while piece := await reader.read(50_000):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def talk(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data[:500_000])
        writer.write_eof()
        assert await reader.read() == data[:500_000]
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*(talk(port) for _ in range(20)))
    server.close()


class Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "64")
        self.end_headers()
        self.wfile.write(hashlib.sha256(body).hexdigest().encode())

    def log_message(self, *_):
        pass


def http_both_ways():
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/file", "wb") as file:
            file.write(data)
        os.chdir(folder)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            client = http.client.HTTPConnection(*server.server_address)
            for _ in range(3):
                client.request("PUT", "/", data)
                assert client.getresponse().read().decode() == digest
                client.request("GET", "/file")
                assert client.getresponse().read() == data
            client.close()
            server.shutdown()
        os.chdir("/")


def calls_of_the_system():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as near, server.accept()[0] as far:
            with tempfile.TemporaryFile() as file:
                file.write(data)
                sender = threading.Thread(target=near.sendfile, args=(file,))
                sender.start()
                got = bytearray(len(data))
                view = memoryview(got)
                while view:
                    view = view[far.recv_into(view, min(len(view), 70_000)) :]
                sender.join()
                assert got == data
            near.sendmsg([b"several ", b"", b"parts"])
            assert far.recv(7, socket.MSG_PEEK | socket.MSG_WAITALL) == b"several"
            assert far.recv(13, socket.MSG_WAITALL) == b"several parts"
            far.settimeout(0.05)
            try:
                raise AssertionError(far.recv(1))
            except TimeoutError:
                pass


def objects():
    with multiprocessing.connection.Listener(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: multiprocessing.connection.Client(listener.address).send(data)).start()
        with listener.accept() as connection:
            assert connection.recv() == data


for each in (blocking_echo, lambda: asyncio.run(asynchronous_echo()), http_both_ways, calls_of_the_system, objects):
    each()
print("python: all bytes came back")
