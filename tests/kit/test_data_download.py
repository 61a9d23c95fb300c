"""Downloads, from a server on this machine that can be made to misbehave."""

import gzip
import hashlib
import re
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pooch
import pytest
import requests
import torch

from gm_ref.kit.data import SOURCES, DataError, available, download, fetch, get, load
from gm_ref.kit.data.sources import File, Source
from tests.kit.test_data_images import archive_of, batch_of, idx_bytes, python2_pickle

CONTENT = {"a.bin": b"first" * 5000, "b.bin": bytes(range(256)) * 300}


def file_of(name, content):
    return File(name, len(content), hashlib.sha256(content).hexdigest())


def whole(handler, content):
    """Answer as a server should."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def cut(handler, content):
    """Promise everything, send half, hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])


def short(handler, content):
    """Send half and say nothing of the length."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])


def wrong(handler, content):
    """Send as many other bytes."""
    whole(handler, bytes(len(content)))


def error_page(handler, content):
    """Send a page of a hotel's network instead."""
    whole(handler, b"<html>please log in</html>")


def missing(handler, content):
    handler.send_error(404)


def hang_up(handler, content):
    """Close the connection without an answer."""


def stall(handler, content):
    """Promise everything, send a little, fall silent."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:10])
    handler.wfile.flush()
    handler.server.done.wait(5)


class Server(ThreadingHTTPServer):
    """Serves CACHE/NAME/FILE as a mirror does; `manners` says how, file by file."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.manners, self.asked = {}, {}, []
        self.done = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def offer(self, name, contents):
        self.files.update({f"/{name}/{file}": content for file, content in contents.items()})


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        name = self.path.rsplit("/", 1)[1]
        manner = self.server.manners.get(name, whole if self.path in self.server.files else missing)
        manner(self, self.server.files.get(self.path, b""))

    def log_message(self, *args):
        pass


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    """What the user has set does not reach the tests."""
    monkeypatch.delenv("GM_REF_DATA", raising=False)
    monkeypatch.delenv("GM_REF_MIRROR", raising=False)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.done.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def tiny(server, monkeypatch):
    """A data set of two small files that the server offers."""
    server.offer("tiny", CONTENT)
    files = tuple(file_of(name, content) for name, content in CONTENT.items())
    monkeypatch.setitem(SOURCES, "tiny", Source("tiny", (f"{server.url}/tiny",), files, "CC0", "a test"))
    return SOURCES["tiny"]


def tree(folder):
    """Return what lies in a folder: path -> bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(cache, **kwargs):
    """Fetch tiny, expect a DataError in one sentence, return its text."""
    with pytest.raises(DataError) as caught:
        fetch("tiny", cache, **kwargs)
    text = str(caught.value)
    assert "\n" not in text and text.endswith(".") and not re.search(r"\. [A-Z]", text) and len(text) < 400
    assert "expected" in text
    return text


def test_the_right_file(server, tiny, tmp_path):
    folder = fetch("tiny", tmp_path)
    assert folder == tmp_path / "tiny"
    assert tree(tmp_path) == {f"tiny/{name}": content for name, content in CONTENT.items()}


def test_nothing_is_fetched_twice(server, tiny, tmp_path):
    fetch("tiny", tmp_path)
    fetch("tiny", tmp_path)
    assert server.asked == ["/tiny/a.bin", "/tiny/b.bin"]


def test_a_cached_file_needs_no_network(server, tiny, tmp_path):
    fetch("tiny", tmp_path)
    server.manners = {"a.bin": missing, "b.bin": missing}
    assert fetch("tiny", tmp_path) == tmp_path / "tiny"


def test_a_damaged_file_is_fetched_again(server, tiny, tmp_path):
    folder = fetch("tiny", tmp_path)
    (folder / "a.bin").write_bytes(CONTENT["a.bin"][:-1] + b"?")
    fetch("tiny", tmp_path)
    assert (folder / "a.bin").read_bytes() == CONTENT["a.bin"]


@pytest.mark.parametrize(
    "manner, words",
    [
        (wrong, "the file that came has another checksum"),
        (error_page, "the file that came has another checksum"),
        (short, "the file that came has another checksum"),
        (cut, "the connection broke before the end of the file"),
        (missing, "the server answered 404"),
        (hang_up, "no connection to the server"),
    ],
)
def test_nothing_half_written_is_kept(server, tiny, tmp_path, manner, words):
    server.manners["a.bin"] = manner
    text = refused(tmp_path)
    assert text.startswith(f"a.bin could not be had ({server.url}/tiny: {words}); expected 25000 bytes with sha256")
    assert "check the connection and try again, or put the file into" in text
    assert tree(tmp_path) == {}


def test_a_silent_server(server, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.2)
    server.manners["a.bin"] = stall
    assert "the server was silent for 0.2 s" in refused(tmp_path)
    assert tree(tmp_path) == {}


def test_whole_files_are_kept_when_a_later_one_fails(server, tiny, tmp_path):
    server.manners["b.bin"] = cut
    assert refused(tmp_path).startswith("b.bin could not be had")
    assert tree(tmp_path) == {"tiny/a.bin": CONTENT["a.bin"]}
    server.manners.clear()
    fetch("tiny", tmp_path)
    assert server.asked.count("/tiny/a.bin") == 1


def test_a_server_that_is_gone(tiny, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert f"({gone}/tiny: no connection to the server)" in refused(tmp_path, base_url=gone)
    assert tree(tmp_path) == {}


def test_no_network(tmp_path, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("NO_PROXY", "*")
    with pytest.raises(DataError, match=r"^train-images-idx3-ubyte\.gz could not be had .* no connection") as caught:
        load("mnist", cache=tmp_path)
    assert "\n" not in str(caught.value) and tree(tmp_path) == {}


def test_an_address_that_is_none(tiny, tmp_path):
    assert "the address cannot be used" in refused(tmp_path, base_url="nonsense")


def test_the_next_address_is_tried(server, tiny, tmp_path, monkeypatch):
    monkeypatch.setitem(SOURCES, "tiny", replace(tiny, urls=(f"{server.url}/nowhere", *tiny.urls)))
    fetch("tiny", tmp_path)
    assert server.asked[:2] == ["/nowhere/a.bin", "/tiny/a.bin"]
    server.manners["a.bin"] = wrong
    text = refused(tmp_path / "other")
    assert text.count("checksum") == 2 and tree(tmp_path / "other") == {}


def test_an_interrupted_download_leaves_nothing(server, tiny, tmp_path, monkeypatch):
    def interrupted(response, chunk_size):
        yield b"first"
        response.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(requests.Response, "iter_content", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch("tiny", tmp_path)
    assert tree(tmp_path) == {}


def test_a_folder_that_cannot_be(tiny, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match=r"cannot be written \(.*\): set GM_REF_DATA to a folder of yours\.$"):
        fetch("tiny", tmp_path / "file")


def test_two_at_once(server, tiny, tmp_path):
    threads = [threading.Thread(target=fetch, args=("tiny", tmp_path)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tree(tmp_path) == {f"tiny/{name}": content for name, content in CONTENT.items()}


def test_the_cache_is_where_it_was_asked_to_be(tmp_path, monkeypatch):
    assert download.cache_folder() == pooch.os_cache("gm_ref")
    monkeypatch.setenv("GM_REF_DATA", str(tmp_path))
    assert download.cache_folder() == tmp_path
    assert download.cache_folder(tmp_path / "mine") == tmp_path / "mine"


def test_a_mirror_by_environment(server, tiny, tmp_path, monkeypatch):
    """A cache folder that is served as it is makes a mirror for a class."""
    monkeypatch.setitem(SOURCES, "tiny", replace(tiny, urls=("http://127.0.0.1:9/nowhere",)))
    monkeypatch.setenv("GM_REF_MIRROR", server.url + "/")
    monkeypatch.setenv("GM_REF_DATA", str(tmp_path))
    assert fetch("tiny") == tmp_path / "tiny" and server.asked == ["/tiny/a.bin", "/tiny/b.bin"]


def test_get_says_what_is_there(tiny, tmp_path):
    text = get("tiny", tmp_path)
    assert text == f"tiny: 2 files, 0.1 MB, in {tmp_path / 'tiny'} (licence: CC0)."


def test_available_tells_what_is_cached(tiny, tmp_path):
    assert [entry.name for entry in available(tmp_path)] == ["mnist", "fashion_mnist", "cifar10", "tiny"]
    assert not any(entry.cached for entry in available(tmp_path))
    folder = fetch("tiny", tmp_path)
    assert available(tmp_path)[-1] == ("tiny", "CC0", 25000 + 76800, True)
    (folder / "a.bin").write_bytes(b"half")
    assert not available(tmp_path)[-1].cached


@pytest.mark.parametrize("call", [fetch, get, load])
def test_an_unknown_name_lists_the_names(call):
    names = r"mnist, fashion_mnist, cifar10\."
    with pytest.raises(ValueError, match=f'^no data set is called "minst": choose from {names}$'):
        call("minst")


@pytest.mark.parametrize("watched", [True, False])
def test_a_bar_only_when_someone_watches(tiny, tmp_path, monkeypatch, capsys, watched):
    monkeypatch.setattr(download, "wants_bar", lambda: watched)
    fetch("tiny", tmp_path)
    out, err = capsys.readouterr()
    assert out == "" and ("100%" in err) == watched and (watched or err == "")


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_the_table_is_in_order(source):
    assert SOURCES[source.name] is source and source.urls and source.licence and source.homepage
    assert all(re.fullmatch(r"https?://\S+[^/]", url) for url in source.urls) and source.urls[0].startswith("https")
    assert all(re.fullmatch("[0-9a-f]{64}", file.sha256) and file.size > 1000 for file in source.files)
    assert len({file.sha256 for file in source.files}) == len(source.files)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_load_idx_sets_from_a_server(server, tmp_path, monkeypatch, name):
    contents = {}
    for prefix, n in (("train", 6), ("t10k", 2)):
        images = np.random.default_rng(n).integers(0, 256, (n, 28, 28), dtype=np.uint8)
        contents[f"{prefix}-images-idx3-ubyte.gz"] = gzip.compress(idx_bytes(images))
        contents[f"{prefix}-labels-idx1-ubyte.gz"] = gzip.compress(idx_bytes(np.arange(n, dtype=np.uint8)))
    files = tuple(file_of(file, content) for file, content in contents.items())
    monkeypatch.setitem(SOURCES, name, replace(SOURCES[name], files=files))
    server.offer(name, contents)
    images, labels = load(name, "test", tmp_path, server.url)
    assert images.shape == (2, 1, 28, 28) and images.dtype == torch.float32 and labels.tolist() == [0, 1]
    expected = np.random.default_rng(2).integers(0, 256, (2, 28, 28), dtype=np.uint8) / 127.5 - 1
    torch.testing.assert_close(images[:, 0].double(), torch.from_numpy(expected), atol=1e-6, rtol=0)
    assert len(load(name, cache=tmp_path, base_url=server.url)[0]) == 6


def test_load_cifar_from_a_server(server, tmp_path, monkeypatch):
    batches = {f"data_batch_{i}": python2_pickle(*batch_of(2, i)) for i in range(1, 6)}
    path = archive_of(tmp_path / "made.tar.gz", {**batches, "test_batch": python2_pickle(*batch_of(3, 9))})
    content = path.read_bytes()
    file = file_of("cifar-10-python.tar.gz", content)
    monkeypatch.setitem(SOURCES, "cifar10", replace(SOURCES["cifar10"], files=(file,)))
    server.offer("cifar10", {file.name: content})
    images, labels = load("cifar10", "train", tmp_path / "cache", server.url)
    assert images.shape == (10, 3, 32, 32) and images.dtype == torch.float32 and labels.dtype == torch.int64
    assert images.min() >= -1 and images.max() <= 1
    assert list(tree(tmp_path / "cache")) == ["cifar10/cifar-10-python.tar.gz"]


def test_the_list_needs_no_torch():
    """`gm-ref data list` answers at once; every name that the package offers is there when it is asked for."""
    code = (
        "import sys, gm_ref.kit.data as data; data.available(); "
        "assert not {'torch', 'sklearn', 'requests'} & set(sys.modules); "
        "assert all(getattr(data, name) is not None for name in dir(data)); "
        "assert not hasattr(data, 'nothing')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_the_readme_agrees_with_the_table(source):
    text = (Path(__file__).parents[2] / "data" / "README.md").read_text("utf-8")
    assert all(f"`{file.name}` | {file.size:,} | `{file.sha256}` |" in text for file in source.files)
    assert f"`{source.name}`" in text and source.homepage in text
