"""The network: which calls send something, and which only ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .files import shown
from .seen import MAYBE, NET_READ, NET_WRITE, PROCESS, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .seen import Seen

_HTTP = re.compile(r"(httpx|requests|aiohttp|urllib3|niquests|httplib2|treq)\.")
_HTTP_WRITES = frozenset({"post", "put", "patch", "delete"})
_HTTP_READS = frozenset({"get", "head", "options"})
_WITH_METHOD = frozenset({"request", "stream", "build_request", "urlopen", "Request", "ws_connect"})
_MAIL = re.compile(
    r"smtplib\.\w+\(\)\.(sendmail|send_message)|aiosmtplib(\..*)?\.(send|sendmail|send_message)"
)
_SENDING = re.compile(
    r"socket\.(socket|create_connection)\(\)\.(send|sendall|sendto|sendmsg)"
    r"|asyncio\.open_connection\(\)(\[\])?\.write"
    r"|ftplib\.\w+\(\)\.(stor\w+|delete|rename|mkd|rmd)"
    r"|paramiko\..*\.(put|putfo|remove|rename|mkdir|exec_command)"
    r"|(boto3|aioboto3|botocore)\..*\.(put|delete|create|update|send|publish|upload|copy|invoke|"
    r"batch_write|transact_write|start|stop|terminate|run)(_\w+)?"
    r"|(redis|aioredis|valkey)\..*\.(set|setex|setnx|mset|getset|getdel|incr|incrby|decr|decrby|"
    r"append|delete|unlink|expire|expireat|persist|rename|publish|lpush|rpush|lpop|rpop|lset|"
    r"hset|hmset|hdel|hincrby|sadd|srem|spop|zadd|zrem|zincrby|xadd|xdel|flushdb|flushall|pfadd)"
    r"|(kafka|aiokafka)\..*\.(send|send_and_wait)"
    r"|confluent_kafka\..*\.produce"
    r"|(pika|aio_pika|aiormq)\..*\.(basic_publish|publish|queue_declare|queue_delete)"
    r"|nats\..*\.(publish|request)"
    r"|celery\..*\.(send_task|delay|apply_async)"
    r"|(sendgrid|postmarker|mailjet_rest|resend)\..*\.(send|create|post)"
    r"|stripe\..*\.(create|modify|delete|cancel|capture|confirm|refund|pay|update)"
    r"|(slack_sdk|slack)\..*\.(chat_\w+|files_upload\w*|send)"
    r"|twilio\..*\.(create|update|delete)"
    r"|(google\.cloud|azure)\..*\.(publish|upload\w*|send\w*|delete\w*|create\w*|insert\w*)"
    r"|grpc\..*"
    r"|websockets?\..*\.send"
)
_CACHING = re.compile(r"(redis|aioredis|valkey)\.")
_PROCESSES = re.compile(
    r"subprocess\.(run|call|check_call|check_output|Popen)|os\.(system|popen|exec\w+|spawn\w+|kill)"
    r"|asyncio\.create_subprocess_(exec|shell)"
)
_VERBS = {"POST", "PUT", "PATCH", "DELETE"}


def of_network(seen: Seen) -> Iterator[Effect]:
    """Tell what a call does beyond this machine."""
    if _MAIL.fullmatch(seen.path):
        yield Effect(NET_WRITE, f"sends mail: `{shown(seen.path)}`")
    elif _SENDING.fullmatch(seen.path):
        yield Effect(NET_WRITE, f"sends over the network: `{shown(seen.path)}`")
    elif _PROCESSES.fullmatch(seen.path):
        yield Effect(PROCESS, f"runs another program: `{shown(seen.path)}`")
    elif seen.path in {"urllib.request.urlopen", "urllib.request.Request"}:
        yield from _urllib(seen)
    elif _HTTP.match(seen.path) or seen.path.startswith("http.client."):
        yield from _http(seen)
    elif _CACHING.match(seen.path) and seen.name in {"get", "mget", "hget", "hgetall"}:
        yield Effect(NET_READ, f"asks over the network: `{shown(seen.path)}`")
    elif (
        seen.path.startswith("?")
        and seen.name in _HTTP_WRITES - {"delete"}
        and "[" not in seen.path
    ):
        yield Effect(MAYBE, f"calls `{shown(seen.path)}`, which may send over the network")


def _http(seen: Seen) -> Iterator[Effect]:
    if seen.name in _HTTP_WRITES:
        yield Effect(NET_WRITE, f"sends over the network: `{shown(seen.path)}`")
    elif seen.name in _HTTP_READS:
        yield Effect(NET_READ, f"asks over the network: `{shown(seen.path)}`")
    elif seen.name in _WITH_METHOD:
        yield from _by_method(seen, seen.text(0, "method"))


def _by_method(seen: Seen, method: str | None) -> Iterator[Effect]:
    if method is None:
        yield Effect(MAYBE, f"calls `{shown(seen.path)}` with a method that is not known")
    elif method.upper() in _VERBS:
        yield Effect(
            NET_WRITE, f"sends over the network: `{shown(seen.path)}` with {method.upper()}"
        )
    else:
        yield Effect(NET_READ, f"asks over the network: `{shown(seen.path)}`")


def _urllib(seen: Seen) -> Iterator[Effect]:
    sent = seen.argument(1, "data")
    method = seen.text(5, "method")
    has_data = sent is not None and ("const", None) not in sent
    if has_data or (method is not None and method.upper() in _VERBS):
        yield Effect(NET_WRITE, f"sends over the network: `{shown(seen.path)}`")
    elif seen.name == "urlopen":
        yield Effect(NET_READ, f"asks over the network: `{shown(seen.path)}`")
