"""Which hosts and addresses may be called."""

import pytest

from server.connectors.addresses import checked_target, read_url
from server.errors import Failure

CLOSED = (
    "127.0.0.1 10.1.2.3 172.31.0.1 192.168.0.1 169.254.169.254 100.64.0.1 100.100.100.200 168.63.129.16 0.0.0.0 "
    "224.0.0.1 255.255.255.255 198.18.0.1 :: ::1 fe80::1 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 "
    "64:ff9b::7f00:1 2002:7f00:1::1 2001::1 4000::1"
)


@pytest.mark.parametrize("address", CLOSED.split())
def test_an_address_that_is_not_public_is_refused_even_beside_a_public_one(address: str) -> None:
    with pytest.raises(Failure, match="PROCESSION_HTTP_ALLOWED"):
        checked_target(read_url("http://a.example/"), (), lambda host, port: ["8.8.8.8", address])


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_a_public_address_may_be_called_when_nothing_is_listed(address: str) -> None:
    assert checked_target(read_url("https://a.example/"), (), lambda host, port: [address]).addresses == (address,)


@pytest.mark.parametrize(
    "entry", ["a.b.example", "a.b.example:443", "*.b.example", "*.example", "10.0.0.0/8", "10.0.0.5"]
)
def test_a_listed_target_may_be_private(entry: str) -> None:
    target = checked_target(read_url("https://A.b.example./"), (entry,), lambda host, port: ["10.0.0.5"])
    assert (target.host, target.port) == ("a.b.example", 443)


@pytest.mark.parametrize(
    "entry", ["b.example", "a.b.example:80", "*.a.b.example", "*b.example", "11.0.0.0/8", "8.8.8.8"]
)
def test_what_is_not_listed_is_refused(entry: str) -> None:
    with pytest.raises(Failure, match="does not list it"):
        checked_target(read_url("https://a.b.example/"), (entry,), lambda host, port: ["10.0.0.5", "8.8.8.8"])
