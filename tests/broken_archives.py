"""Archives that were damaged on their way."""

import io
import zipfile


def broken(name: str, kind: int) -> bytes:
    """Return an archive of one file whose compressed data is overwritten.

    Args:
        name: Name of the file in it.
        kind: ``zipfile.ZIP_DEFLATED`` or ``zipfile.ZIP_LZMA``.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        archive.writestr(name, bytes(1000))
        size = archive.infolist()[0].compress_size
    data = bytearray(buffer.getvalue())
    begin = 30 + len(name)  # behind the file's header
    head = 9 if kind == zipfile.ZIP_LZMA else 0  # LZMA's own header stays
    data[begin + head : begin + size] = bytes([255]) * (size - head)
    return bytes(data)
