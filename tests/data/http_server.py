"""A server for test_fetch.c, on 127.0.0.1. Prints its port, serves until its standard input ends.
The first part of a path says how it treats the file of that name in the folder of argv[1]:
ok (with ranges), plain (the whole whatever the range), drop (at most 100,000 bytes, then the
connection ends), wrong (right length, wrong bytes), long (more bytes than there are),
missing (404), moved (a redirect to ok). GET /count gives the number of requests before it and the
bytes sent."""
import http.server
import pathlib
import re
import sys
import threading

FOLDER = pathlib.Path(sys.argv[1])
PIECE, MOST_DROP = 65536, 100000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    requests, sent = 0, 0

    def log_message(self, *arguments):
        pass

    def answer(self, status, headers, body=b"", only=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for at in range(0, len(body[:only]), PIECE):
            piece = body[:only][at:at + PIECE]
            Handler.sent += len(piece) if status in (200, 206) else 0
            self.wfile.write(piece)

    def do_GET(self):
        how, _, name = self.path.strip("/").partition("/")
        if how == "count":
            self.answer(203, {}, f"{Handler.requests} {Handler.sent}\n".encode())
            return
        Handler.requests += 1
        if how == "moved":
            self.answer(302, {"Location": f"/ok/{name}"})
        elif how == "missing" or not (FOLDER / name).is_file():
            self.answer(404, {}, b"<html>not this file</html>")
        else:
            self.send_file(how, (FOLDER / name).read_bytes())

    def send_file(self, how, content):
        if how == "wrong":
            content = bytes(255 - byte for byte in content)
        if how == "long":
            content += b"more"
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        status, headers, first = 200, {}, int(wanted[1]) if wanted and how != "plain" else 0
        if first:
            status = 206
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        body = content[first:]
        self.answer(status, headers, body, MOST_DROP if how == "drop" else None)
        if how == "drop":
            self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a client that leaves early is part of the tests


def main():
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
