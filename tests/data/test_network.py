"""What the environment may and may not do to a download."""

from __future__ import annotations

import socket

import pytest
from mirror import NETWORKED

from backprop_lab.data.archives import ARCHIVES, TRAIN_IMAGES
from backprop_lab.data.download import FALLBACK, fetch
from backprop_lab.data.network import CERTIFICATE_VARIABLES, certificates
from backprop_lab.errors import LabError


@pytest.fixture
def stale(tmp_path) -> dict[str, tuple[str, str]]:
    """What a variable may name that holds no certificates, and what is said of it."""
    (tmp_path / "text").write_text("no certificate")
    return {
        "nowhere": (str(tmp_path / "nowhere" / "ca.pem"), "No such file or directory"),
        "text": (str(tmp_path / "text"), "it holds no certificate"),
    }


@pytest.mark.parametrize("variable", CERTIFICATE_VARIABLES)
@pytest.mark.parametrize("kind", ["nowhere", "text"])
def test_stale_certificates_are_named_and_passed_over(
    contents, pinned, raw, serve, monkeypatch, capsys, stale, variable, kind
):
    path, problem = stale[kind]
    mirror = serve(contents)
    monkeypatch.setenv(variable, path)
    source = fetch("auto", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)
    assert source["name"] == "mnist"
    line = f"{variable} names {path}, which is not usable ({problem}): unset it"
    assert capsys.readouterr().err.splitlines() == [line]


def test_a_refused_certificate_names_the_stale_variable(
    contents, pinned, raw, serve, certificate, monkeypatch, capsys, stale
):
    bad, good = serve(contents, certificate), serve(contents)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", stale["nowhere"][0])
    source = fetch("auto", raw, mirrors=[bad.url, good.url], pinned=pinned, settings=NETWORKED)
    assert source["source"] == good.url
    assert "certificate is not accepted" in source["tried"][0]
    assert "REQUESTS_CA_BUNDLE names" in source["tried"][0]

    other = raw.with_name("other")
    assert fetch("auto", other, mirrors=[bad.url], pinned=pinned, settings=NETWORKED)["embedded"]
    assert FALLBACK in capsys.readouterr().err


@pytest.mark.parametrize("variable", CERTIFICATE_VARIABLES)
def test_certificates_that_a_variable_names_count(
    contents, pinned, raw, serve, certificate, monkeypatch, variable
):
    mirror = serve(contents, certificate)
    monkeypatch.setenv(variable, str(certificate))
    fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)


def test_other_certificates_than_the_usual_ones_are_named_when_they_do_not_fit(
    contents, pinned, raw, serve, certificate, monkeypatch
):
    import certifi

    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    mirror = serve(contents, certificate)
    with pytest.raises(LabError, match="checked against those that SSL_CERT_FILE names"):
        fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)


def test_the_first_usable_variable_counts(certificate, tmp_path):
    environ = dict.fromkeys(CERTIFICATE_VARIABLES, str(certificate))
    assert certificates(environ).used == "REQUESTS_CA_BUNDLE"
    environ["REQUESTS_CA_BUNDLE"] = str(tmp_path / "nowhere")
    found = certificates(environ)
    assert (found.used, len(found.unusable)) == ("CURL_CA_BUNDLE", 1)
    assert certificates({"REQUESTS_CA_BUNDLE": str(tmp_path)}).verify == str(tmp_path)  # a folder
    assert certificates({"REQUESTS_CA_BUNDLE": ""}).verify is True
    assert certificates({}).verify is True


def test_a_log_of_keys_that_cannot_be_written_is_named(
    contents, pinned, raw, serve, certificate, monkeypatch, stale
):
    """The TLS library writes its keys where SSLKEYLOGFILE says."""
    monkeypatch.setenv("SSLKEYLOGFILE", stale["nowhere"][0])
    bad, good = serve(contents, certificate), serve(contents)
    source = fetch("mnist", raw, mirrors=[bad.url, good.url], pinned=pinned, settings=NETWORKED)
    assert "SSLKEYLOGFILE names it: unset it" in source["tried"][0]
    assert source["source"] == good.url


def test_a_name_without_an_address(contents, pinned, raw, serve, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(LabError, match="no address is known for its name"):
        fetch("mnist", raw, mirrors=["http://images.invalid/"], pinned=pinned, settings=NETWORKED)


def test_logins_in_netrc_are_not_sent(contents, pinned, raw, serve, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    mirror = serve(contents)
    fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)
    assert not any("Authorization" in request for request in mirror.requests)


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_proxies_count(contents, pinned, raw, serve, monkeypatch, variable):
    proxy = serve(contents)
    monkeypatch.setenv(variable, proxy.url)
    address = "http://images.invalid/"
    fetch("mnist", raw, mirrors=[address], pinned=pinned, settings=NETWORKED)
    assert proxy.asked == list(ARCHIVES)
    assert {request["Host"] for request in proxy.requests} == {"images.invalid"}


@pytest.mark.parametrize("value", ["dead", "http://", "socks5://127.0.0.1:9", "::::"])
def test_a_proxy_that_does_not_work_is_named(
    contents, pinned, raw, serve, monkeypatch, dead_mirror, value
):
    direct = serve(contents)
    monkeypatch.setenv("http_proxy", dead_mirror if value == "dead" else value)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    mirrors = ["http://images.invalid/", direct.url]
    source = fetch("mnist", raw, mirrors=mirrors, pinned=pinned, settings=NETWORKED)
    assert source["source"] == direct.url
    assert source["tried"][0].startswith(f"http://images.invalid/{TRAIN_IMAGES}: ")
    assert source["tried"][0].endswith(", through the proxy that http_proxy names")
