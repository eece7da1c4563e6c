"""Writes files the way torch.save does, with Python's own pickle and zipfile: argument 1 says what, argument 2 where."""
import collections
import io
import pickle
import sys
import types
import zipfile

torch = types.ModuleType("torch")
utils = types.ModuleType("torch._utils")
sys.modules.update({"torch": torch, "torch._utils": utils})


def _rebuild_tensor_v2(*_):
    raise RuntimeError("loading is not what this is for")


_rebuild_tensor_v2.__module__ = "torch._utils"
utils._rebuild_tensor_v2 = _rebuild_tensor_v2


class FloatStorage:
    def __init__(self, key, elements):
        self.key, self.elements = key, elements


FloatStorage.__module__, FloatStorage.__qualname__ = "torch", "FloatStorage"
torch.FloatStorage = FloatStorage


class Tensor:
    def __init__(self, storage, shape, offset=0, strides=None):
        self.storage, self.shape, self.offset, self.strides = storage, shape, offset, strides

    def __reduce_ex__(self, protocol):
        strides = self.strides or ((1,) if len(self.shape) < 2 else (self.shape[1], 1))
        return utils._rebuild_tensor_v2, (self.storage, self.offset, self.shape, strides, False, collections.OrderedDict())


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        view = (None,) if kind.startswith("old") else ()
        return ("storage", FloatStorage, value.key, "cpu", value.elements, *view) if isinstance(value, FloatStorage) else None


class Hostile:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def pickled(value):
    buffer = io.BytesIO()
    Pickler(buffer, protocol=4 if kind == "newer" else 2).dump(value)
    return buffer.getvalue()


def save(path, value, storages, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("model/data.pkl", pickled(value))
        for key, size in storages.items():
            archive.writestr(f"model/data/{key}", bytes(size))
        archive.writestr("model/version", "3\n")


kind, path, *more = sys.argv[1:]


def calling(module, name, protocol):
    """A pickle that calls module.name with one text, as that protocol writes it."""
    start = b"" if protocol < 2 else bytes([0x80, protocol])
    if protocol >= 4:
        text = lambda value: b"\x8c" + bytes([len(value)]) + value.encode()
        return start + text(module) + text(name) + b"\x93" + text("x") + b"\x85R."
    return start + f"c{module}\n{name}\n(S'x'\ntR.".encode()


def old(state, protocol):
    parts = [pickle.dumps(part, protocol=protocol) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    return b"".join(parts) + state + pickle.dumps(["0"], protocol=protocol) + bytes(16)


def write(content):
    with open(path, "wb") as file:
        file.write(content)


def write_zip(entries):
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)


weights = collections.OrderedDict(
    [("wte.weight", Tensor(FloatStorage("0", 12), (4, 3))), ("ln.bias", Tensor(FloatStorage("1", 3), (3,)))])
# More entries than a pickle's short forms hold, and a storage that two tensors share.
many = {f"layer.{index}.weight": Tensor(FloatStorage(str(index), 2), (2,)) for index in range(300)}
many["tied"] = many["layer.0.weight"]
match kind:
    case "sound" | "newer":
        save(path, {"model": weights, "epoch": 3, "lr": 1e-3}, {"0": 48, "1": 12})
    case "many":
        save(path, many, {str(index): 8 for index in range(300)})
    case "short":
        save(path, weights, {"0": 48, "1": 11})
    case "bad-crc":
        save(path, weights, {"0": 48, "1": 12})
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo("model/data/0")
        with open(path, "r+b") as file:
            file.seek(entry.header_offset + 30 + len(entry.filename) + 40)
            file.write(b"\x01")
    case "views":
        shared = FloatStorage("0", 12)
        save(path, {"last": Tensor(shared, (3,), 9), "column": Tensor(shared, (4,), 2, (3,)), "empty": Tensor(shared, (0,), 99)}, {"0": 48})
    case "far-offset":
        save(path, {"model": {"far": Tensor(FloatStorage("0", 12), (3,), 10)}}, {"0": 48})
    case "far-stride":
        save(path, {"model": {"wide": Tensor(FloatStorage("0", 12), (4, 3), 0, (4, 1))}}, {"0": 48})
    case "huge-stride":
        save(path, {"huge": Tensor(FloatStorage("0", 12), (2, 2), 0, (2**62, 2**62))}, {"0": 48})
    case "negative-offset":
        save(path, {"early": Tensor(FloatStorage("0", 12), (3,), -1)}, {"0": 48})
    case "fewer-strides":
        save(path, {"odd": Tensor(FloatStorage("0", 12), (4, 3), 0, (3,))}, {"0": 48})
    case "two-sizes":
        save(path, {"a": Tensor(FloatStorage("0", 3), (3,)), "b": Tensor(FloatStorage("0", 300), (300,))}, {"0": 12})
    case "missing":
        save(path, weights, {"0": 48})
    case "hostile":
        import os
        save(path, {"model": weights, "hook": Hostile(os.system, f"touch {path}.ran")}, {"0": 48, "1": 12})
    case "hidden":
        save(path, {"model": weights, "hook": Hostile(eval, f"open('{path}.ran', 'w')")}, {"0": 48, "1": 12})
    case "compressed":
        save(path, weights, {"0": 48, "1": 1 << 24}, zipfile.ZIP_DEFLATED)
    case "other":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "no pickle here")
    case "outside":
        save(path, weights, {"0": 48, "1": 12})
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("../../escape", "x")
    case "evasive":
        import os
        # The name is put under another value, which is taken away again.
        text = lambda value: b"\x8c" + bytes([len(value)]) + value.encode()
        state = b"\x80\x04" + text(os.name) + text("system") + text("harmless") + b"0\x93" + text(f"touch {path}.ran") + b"\x85R."
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("model/data.pkl", state)
    case "dotted":
        text = lambda value: b"\x8c" + bytes([len(value)]) + value.encode()
        state = b"\x80\x04" + text("torch.serialization_") + text("os.system") + b"\x93" + text(f"touch {path}.ran") + b"\x85R."
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("model/data.pkl", state)
    case "old" | "old-hostile" | "old-far":
        import os
        if kind == "old-far":
            weights["ln.bias"].offset = 1
        body = {"model": weights} if kind != "old-hostile" else {"model": weights, "hook": Hostile(os.system, f"touch {path}.ran")}
        with open(path, "wb") as file:
            for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}):
                pickle.dump(part, file, protocol=2)
            file.write(pickled(body))
            pickle.dump(["0", "1"], file, protocol=2)
            file.write(bytes(8 + 48 + 8 + 12))
    case "hostile-zip":
        write_zip({"model/data.pkl": calling(*more, 2)})
    case "hostile-0" | "hostile-1" | "hostile-2" | "hostile-4":
        write(calling(*more, int(kind[-1])))
    case "hostile-old-0" | "hostile-old-4":
        write(old(calling(*more, int(kind[-1])), int(kind[-1])))
    case "hostile-behind":
        write(pickle.dumps(1001, protocol=2) + calling(*more, 2))
    case "hostile-broken":
        # It has run by the time the loader finds that it breaks off.
        write(calling(*more, 0)[:-1] + b"~~~")
    case "hostile-case":
        write_zip({"model/DATA.PKL": calling(*more, 2), "model/data.pkl": pickled({"epoch": 3})})
    case "hostile-second":
        write_zip({"model/version": b"3", "model/inner/data.pkl": pickled({"epoch": 3}), "model/data.pkl": calling(*more, 2)})
    case "hostile-extension":
        write(b"\x80\x02\x82\x01(S'x'\ntR.")
    case "bare":
        with open(path, "wb") as file:
            file.write(pickle.dumps({"epoch": 3, "losses": [0.5] * 1000}, protocol=4))
    case "bare-hostile":
        import os
        with open(path, "wb") as file:
            file.write(pickle.dumps(Hostile(os.system, f"touch {path}.ran"), protocol=4))
