"""A server on this computer that does what servers do, and misbehaves as it is told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """Serves files by path, and misbehaves as it is told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.files = {}
        self.deeds = []  # what to do with the next requests; then it behaves
        self.asked = []  # each path, and the Range
        self.over = threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.close_connection = True
        server = self.server
        start = self.headers.get("Range")
        server.asked.append((self.path, start))
        deed = server.deeds.pop(0) if server.deeds else "behave"
        body = server.files.get(self.path)
        if deed.startswith("redirect "):
            self.send_response(302)
            self.send_header("Location", deed.partition(" ")[2])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if deed.isdecimal() or body is None:
            self.send_error(int(deed) if deed.isdecimal() else 404)
            return
        begin = int(start[6:-1]) if start and deed != "forget" else 0
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        if deed != "endless":
            self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        if deed == "silence":
            self.wfile.flush()
            server.over.wait(20)
        elif deed == "cut":
            self.wfile.write(body[begin : begin + 100_000])
        else:
            self.wfile.write(body[begin:])
        while deed == "endless":
            try:
                self.wfile.write(bytes(1 << 16))
            except OSError:
                return

    def log_message(self, *_):
        pass
