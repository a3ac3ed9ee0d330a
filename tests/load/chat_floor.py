"""The floor of the chat figures: stored sends of all sockets, and a loop over them. No database,
no sign-in, no numbers, no acknowledgement. What is posted goes to every socket, and is stored
nowhere."""

from typing import Any

_sends: dict[int, Any] = {}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An ASGI application: any socket is accepted, any request body goes to all of them."""
    if scope["type"] == "http":
        await _post(receive, send)
    elif scope["type"] == "websocket":
        await _socket(receive, send)


async def _post(receive: Any, send: Any) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    )
    await send({"type": "http.response.body", "body": b"ok"})
    if body:
        text = body.decode()
        for out in tuple(_sends.values()):
            await out({"type": "websocket.send", "text": text})


async def _socket(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    _sends[id(send)] = send
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        del _sends[id(send)]
