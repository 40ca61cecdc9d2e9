"""What travels between the two processes of the grader."""

import io
import zipfile

import jax.numpy as jnp
import numpy as np
import pytest
from broken_archives import broken

from integrator_lib.course.grading import plain


def test_nested_values_come_back_as_they_were() -> None:
    value = [(1, 2.5, None, "word"), {"a": np.arange(3), "b": [jnp.ones((2, 1)), True]}]
    back = plain.unpack(plain.pack(value))
    assert back[0] == (1, 2.5, None, "word")
    np.testing.assert_array_equal(back[1]["a"], np.arange(3))
    assert back[1]["b"][0].dtype == np.float32
    assert back[1]["b"][0].shape == (2, 1)
    assert back[1]["b"][1] is True


@pytest.mark.parametrize("value", [object(), np.array([object()]), {"f": len}, {1, 2}])
def test_code_and_objects_are_not_packed(value: object) -> None:
    with pytest.raises(TypeError, match="numbers and arrays of numbers"):
        plain.pack(value)


def test_a_pickle_in_an_archive_is_not_read() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, arrangement=np.array('{"array": 0}'), array0=np.array([print], object))
    with pytest.raises(ValueError, match="allow_pickle"):
        plain.unpack(buffer.getvalue())


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"no archive", plain.pack([1])[:-30]),
        broken("arrangement.npy", zipfile.ZIP_DEFLATED),
        broken("arrangement.npy", zipfile.ZIP_LZMA),
    ],
    ids=["empty", "text", "short", "deflate", "lzma"],
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="must be what pack wrote"):
        plain.unpack(data)


def test_an_archive_that_unfolds_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("array0.npy", bytes(100_000))
    monkeypatch.setattr(plain, "LARGEST", 50_000)
    with pytest.raises(ValueError, match="at most 50000 bytes"):
        plain.unpack(buffer.getvalue())
