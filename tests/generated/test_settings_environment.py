"""Settings from the environment: what is set and is no setting is told at start-up."""

from __future__ import annotations

import dataclasses

import pytest
from shop.cqrs import WiringError
from shop.cqrs.settings import Settings

KUBERNETES = {
    "SHOP_SERVICE_HOST": "10.0.0.1",
    "SHOP_SERVICE_PORT": "80",
    "SHOP_SERVICE_PORT_HTTP": "80",
    "SHOP_PORT": "tcp://10.0.0.1:80",
    "SHOP_PORT_80_TCP": "tcp://10.0.0.1:80",
    "SHOP_PORT_80_TCP_PROTO": "tcp",
    "SHOP_PORT_80_TCP_PORT": "80",
    "SHOP_PORT_80_TCP_ADDR": "10.0.0.1",
    "SHOP_API_SERVICE_HOST": "fd00::1",
    "SHOP_API_SERVICE_PORT": "53",
    "SHOP_API_PORT": "udp://[fd00::1]:53",
    "SHOP_API_PORT_53_UDP_ADDR": "fd00::1",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings(Settings):
    """Settings with some of a user's own."""

    writer_token: str = ""
    smtp_port: int = 25


def faults(environ: dict[str, str]) -> list[str]:
    with pytest.raises(WiringError) as told:
        Settings.from_environment("SHOP", environ)
    return list(told.value.faults)


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("SHOP_WRITE_ULR", "SHOP_WRITE_URL"),
        ("SHOP_WRITEURL", "SHOP_WRITE_URL"),
        ("SHOP_write_url", "SHOP_WRITE_URL"),
        ("SHOP_REED_URL", "SHOP_READ_URL"),
        ("SHOP_PATIENCE_SECONDS", "SHOP_PATIENCE"),
        ("SHOP_LOGLEVEL", "SHOP_LOG_LEVEL"),
        ("SHOP_SERVICE_PORT", "SHOP_PORT"),
        ("SHOP_HTTP_PORT", "SHOP_PORT"),
    ],
)
def test_a_misspelt_setting_is_refused_with_what_was_meant(misspelt: str, meant: str) -> None:
    told = faults({misspelt: "1"})

    assert told[0] == f"`{misspelt}`: there is no such setting; did you mean `{meant}`?"
    assert f'own=("{misspelt}",)' in told[1]


def test_a_variable_that_is_like_no_setting_is_refused_with_all_that_there_are() -> None:
    [told, _] = faults({"SHOP_XYZZY": "1"})

    for field in dataclasses.fields(Settings):
        assert f"SHOP_{field.name.upper()}" in told


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = {"SHOP_WRITE_ULR": "x", "SHOP_PATIENCE": "soon", "SHOP_PORT": "70000", "SHOP_A": ""}

    assert [told.partition(":")[0] for told in faults(wrong)][:-1] == [
        "`SHOP_PATIENCE`",
        "`SHOP_PORT`",
        "`SHOP_WRITE_ULR`",
        "`SHOP_A`",
    ]


@pytest.mark.parametrize(
    "name", ["SHOPPING_LIST", "WORKSHOP_URL", "SHOP", "shop_write_ulr", "PORT"]
)
def test_variables_of_others_are_their_business(name: str) -> None:
    assert Settings.from_environment("SHOP", {name: "1"}) == Settings()


def test_what_kubernetes_sets_for_a_service_of_the_same_name_is_no_setting() -> None:
    assert Settings.from_environment("SHOP", KUBERNETES) == Settings()


def test_a_port_that_was_set_counts_beside_what_kubernetes_sets() -> None:
    assert Settings.from_environment("SHOP", KUBERNETES | {"SHOP_PORT": "9000"}).port == 9000


def test_a_misspelt_setting_is_found_among_what_kubernetes_sets() -> None:
    told = faults(KUBERNETES | {"SHOP_SERVICE_PRT": "1"})

    assert told[0].startswith("`SHOP_SERVICE_PRT`: there is no such setting")


def test_variables_of_the_users_own_are_declared() -> None:
    environ = {"SHOP_TOKEN": "x", "SHOP_ADMIN_WRITE_URL": "x", "SHOP_PATIENCE": "1"}
    own = ("SHOP_TOKEN", "SHOP_ADMIN_*")

    assert Settings.from_environment("SHOP", environ, own=own) == Settings(patience=1)


def test_settings_of_the_users_own_are_read_like_the_others() -> None:
    environ = {"SHOP_WRITER_TOKEN": "t", "SHOP_SMTP_PORT": "26", "SHOP_PORT": "1"}

    assert ShopSettings.from_environment("SHOP", environ) == ShopSettings(
        writer_token="t",  # noqa: S106
        smtp_port=26,
        port=1,
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SHOP_PATIENCE", "-1"),
        ("SHOP_PATIENCE", "nan"),
        ("SHOP_PATIENCE", "inf"),
        ("SHOP_PATIENCE", ""),
        ("SHOP_PORT", "65536"),
        ("SHOP_PORT", "-1"),
        ("SHOP_PORT", "80.5"),
        ("SHOP_LOG_LEVEL", "loud"),
        ("SHOP_ALLOWED_HOSTS", ""),
        ("SHOP_ALLOWED_HOSTS", "https://shop.example"),
        ("SHOP_ALLOW_ANONYMOUS", "perhaps"),
        ("SHOP_REQUEST_TIMEOUT", "0"),
        ("SHOP_RESPONSE_TIMEOUT", "-3"),
        ("SHOP_MAX_RESPONSE_BYTES", "0"),
        ("SHOP_MAX_CONNECTIONS", "0"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_its_variable(name: str, text: str) -> None:
    [told] = faults({name: text})

    assert told.startswith(f"`{name}`: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("patience", 0),
        ("grace", 0),
        ("port", 0),
        ("port", 65535),
        ("request_timeout", 0.001),
        ("max_response_bytes", 1),
        ("max_connections", 1),
    ],
)
def test_a_value_may_be_as_small_or_large_as_makes_sense(name: str, value: float) -> None:
    read = Settings.from_environment("SHOP", {f"SHOP_{name.upper()}": str(value)})

    assert getattr(read, name) == value


@pytest.mark.parametrize("values", [{"patience": -1}, {"port": 70_000}, {"ptience": 1}])
def test_a_value_that_makes_no_sense_is_refused_in_python_too(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Settings(**values)  # type: ignore[arg-type]  # what a type checker would stop


def test_the_level_of_the_log_may_be_in_capitals() -> None:
    assert Settings.from_environment("SHOP", {"SHOP_LOG_LEVEL": "WARNING"}).log_level == "warning"
