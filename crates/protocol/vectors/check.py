#!/usr/bin/env python3
"""Runs every vector with an implementation of the protocol that shares nothing with the Rust one.

It was written from SPEC.md alone and needs nothing but Python 3.9: the Ed25519 arithmetic is here too, slow and plain, because the
usual libraries are less strict than SPEC 5. The tables of fields and codes are read from SPEC.md itself, so a table that is wrong shows.

    python3 check.py        prints how many vectors hold; exit code 1 on any difference
"""

import hashlib
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
SPEC = (HERE.parent / "SPEC.md").read_text(encoding="utf-8")


class Refused(Exception):
    """A frame, body or key is refused; what a vector says of it."""

    def __init__(self, error, **detail):
        super().__init__(error)
        self.expect = {"error": error, **detail}


# SPEC 5: keys and signatures ------------------------------------------------------------------------------------------------------

P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P
L = 2**252 + 27742317777372353535851937790883648493
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def root(square):
    """A square root modulo P, or None."""
    candidate = pow(square, (P + 3) // 8, P)
    if candidate * candidate % P != square:
        candidate = candidate * ROOT_OF_MINUS_ONE % P
    return candidate if candidate * candidate % P == square else None


def decode_point(octets):
    """SPEC 5.2a: extended coordinates (x, y, z, x y / z), or None."""
    number = int.from_bytes(octets, "little")
    sign, y = number >> 255, (number & (2**255 - 1)) % P
    x = root((y * y - 1) * pow(D * y * y + 1, P - 2, P) % P)
    if x is None:
        return None
    if x & 1 != sign:
        x = -x % P
    return (x, y, 1, x * y % P)


def encode_point(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def add(left, right):
    """The complete addition of RFC 8032, 5.1.4."""
    a = (left[1] - left[0]) * (right[1] - right[0]) % P
    b = (left[1] + left[0]) * (right[1] + right[0]) % P
    c = 2 * left[3] * right[3] * D % P
    d = 2 * left[2] * right[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def is_neutral(point):
    return encode_point(point) == encode_point(NEUTRAL)


BASE = decode_point(((4 * pow(5, P - 2, P)) % P).to_bytes(32, "little"))


def check_key(octets):
    """SPEC 5.2: the point of a key that may be used."""
    point = decode_point(octets)
    if point is None:
        raise Refused("WeakKey::NotAPoint")
    if encode_point(point) != octets:
        raise Refused("WeakKey::NotCanonical")
    if is_neutral(multiply(8, point)):
        raise Refused("WeakKey::SmallOrder")
    if not is_neutral(multiply(L, point)):
        raise Refused("WeakKey::Torsion")
    return point


def verifies(key, octets, signature):
    """SPEC 5.3."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    point = decode_point(r)
    if s >= L or point is None or is_neutral(multiply(8, point)):
        return False
    k = int.from_bytes(hashlib.sha512(r + key + octets).digest(), "little") % L
    x, y, z, t = decode_point(key)
    return encode_point(add(multiply(s, BASE), multiply(k, (-x % P, y, z, -t % P)))) == r


def public_of(seed):
    """RFC 8032, 5.1.5: for the vectors' own keys only."""
    scalar = bytearray(hashlib.sha512(seed).digest()[:32])
    scalar[0] &= 0xF8
    scalar[31] = scalar[31] & 0x7F | 0x40
    return encode_point(multiply(int.from_bytes(scalar, "little"), BASE))


# SPEC 3: the encoding -------------------------------------------------------------------------------------------------------------

MAX_DEPTH = 4
UNSIGNED = {0xCC: (1, 2**7), 0xCD: (2, 2**8), 0xCE: (4, 2**16), 0xCF: (8, 2**32)}
SIGNED = {0xD0: (1, -(2**5)), 0xD1: (2, -(2**7)), 0xD2: (4, -(2**15)), 0xD3: (8, -(2**31))}
TEXT = {0xD9: (1, 2**5), 0xDA: (2, 2**8), 0xDB: (4, 2**16)}
OCTETS = {0xC4: (1, 0), 0xC5: (2, 2**8), 0xC6: (4, 2**16)}
ARRAY = {0xDC: (2, 2**4), 0xDD: (4, 2**16)}
MAP = {0xDE: (2, 2**4), 0xDF: (4, 2**16)}


class Body:
    """Reads a body from its first octet to its last."""

    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def take(self, count):
        if self.at + count > len(self.octets):
            raise Refused("Malformed::Truncated")
        self.at += count
        return self.octets[self.at - count : self.at]

    def number(self, width, least):
        number = int.from_bytes(self.take(width), "big")
        if number < least:
            raise Refused("Malformed::NotShortest")
        return number

    def whole(self):
        """SPEC 3.1: the fields of the outermost map by key."""
        marker = self.take(1)[0]
        if not (0x80 <= marker <= 0x8F or marker in MAP):
            raise Refused("Malformed::NotAMap")
        fields = self.map(marker & 0x0F if marker <= 0x8F else self.number(*MAP[marker]), 1)
        if self.at < len(self.octets):
            raise Refused("Malformed::TrailingBytes")
        return fields

    def map(self, count, depth):
        if depth > MAX_DEPTH:
            raise Refused("Malformed::TooDeep")
        fields, last = {}, -1
        for _ in range(count):
            key = self.key()
            if key <= last:
                raise Refused("Malformed::DuplicateKey" if key == last else "Malformed::KeyOrder", field=key)
            last = key
            fields[key] = self.value(depth)
        return fields

    def array(self, count, depth):
        if depth > MAX_DEPTH:
            raise Refused("Malformed::TooDeep")
        values = []
        for _ in range(count):
            values.append(self.value(depth))
        return values

    def key(self):
        marker = self.take(1)[0]
        if marker <= 0x7F:
            return marker
        if marker in UNSIGNED:
            self.number(*UNSIGNED[marker])
        raise Refused("Malformed::KeyType")

    def value(self, depth):
        marker = self.take(1)[0]
        if marker <= 0x7F:
            return marker
        if marker >= 0xE0:
            return marker - 0x100
        if marker in (0xC2, 0xC3):
            return marker == 0xC3
        if marker in UNSIGNED:
            return self.number(*UNSIGNED[marker])
        if marker in SIGNED:
            return self.signed(*SIGNED[marker])
        if 0xA0 <= marker <= 0xBF or marker in TEXT:
            return self.text(marker & 0x1F if marker <= 0xBF else self.number(*TEXT[marker]))
        if marker in OCTETS:
            return self.take(self.number(*OCTETS[marker]))
        if 0x90 <= marker <= 0x9F or marker in ARRAY:
            return self.array(marker & 0x0F if marker <= 0x9F else self.number(*ARRAY[marker]), depth + 1)
        if 0x80 <= marker <= 0x8F or marker in MAP:
            return self.map(marker & 0x0F if marker <= 0x8F else self.number(*MAP[marker]), depth + 1)
        raise Refused("Malformed::ForbiddenType", marker=marker)

    def signed(self, width, below):
        number = int.from_bytes(self.take(width), "big", signed=True)
        if number >= below:
            raise Refused("Malformed::NotShortest")
        return number

    def text(self, length):
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("Malformed::NotUtf8") from None


# SPEC 4: the messages -------------------------------------------------------------------------------------------------------------


def rows(text):
    """The rows of every table in a piece of SPEC.md, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    return [row for row in cells if not row[0].startswith("---") and row[0] not in ("key", "table", "kind")]


def section(number):
    return re.search(rf"^### {re.escape(number)} .*?(?=^##)", SPEC, re.M | re.S).group()


def read_kinds():
    """SPEC 4.2: the name of each kind."""
    return {int(row[0]): row[1] for row in rows(section("4.2"))}


def read_messages():
    """SPEC 4.3: for each kind its fields, key -> (name, type, needed)."""
    messages = {}
    for part in re.split(r"^(?=\*\*)", section("4.3"), flags=re.M)[1:]:
        title = re.match(r"\*\*(?:\d+ )?([^.]+)\.\*\*", part).group(1)
        fields = {}
        for key, name, kind, meaning in rows(part):
            if " to " in key:
                fields.update(messages["Descriptors" if "descriptors" in meaning else "alarm"])
            else:
                words = kind.split(", ")
                fields[int(key)] = (name.strip("`"), words[0], "need" in words)
        messages[title] = dict(sorted(fields.items()))
    return messages


def read_codes():
    """SPEC 4.5: for each table number -> word."""
    tables = {}
    for name, codes, _ in rows(section("4.5")):
        pairs = (code.split(" ", 1) for code in codes.split(", "))
        tables[name] = {int(number): word for number, word in pairs}
    return tables


KINDS, MESSAGES, CODES = read_kinds(), read_messages(), read_codes()
ROLES = {0: "panel", 1: "station", 2: "desk", 3: "authority"}
LIMITS = {"u8": 2**8, "u16": 2**16, "u32": 2**32, "u64": 2**64, "time": 2**48, "code": 2**8}


def is_integer(value, least, end):
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < end


def read_field(key, kind, value):
    """SPEC 4.1: the value as a vector shows it."""
    kind, _, size = kind.partition(" ")
    if kind == "flag":
        if value is False:
            raise Refused("Malformed::FalseFlag", field=key)
        right = value is True
    elif kind == "text":
        right = isinstance(value, str)
        if right and len(value.encode()) > int(size):
            raise Refused("Malformed::OutOfRange", field=key)
    elif kind == "octets":
        right = isinstance(value, bytes) and len(value) == int(size)
    elif kind == "position":
        right = isinstance(value, list) and len(value) == 2 and all(is_integer(it, -(2**31), 2**31) for it in value)
    elif kind == "copies":
        right = is_integer(value, 1, 2**8)
    elif kind == "path":
        right = is_integer(value, 0, 2**8)
        if right and value > 7:
            raise Refused("Malformed::OutOfRange", field=key)
    else:
        right = is_integer(value, 0, LIMITS[kind])
    if not right:
        raise Refused("Malformed::WrongType", field=key)
    return value.hex() if isinstance(value, bytes) else value


def read_message(kind, body):
    """Fields by name, codes in print, and how many fields are not known."""
    raw = Body(body).whole()
    if kind not in KINDS:
        return {"body": body.hex()}, {}, len(raw)
    fields, labels = {}, {}
    table = MESSAGES[KINDS[kind]]
    for key, (name, of, needed) in table.items():
        if key in raw:
            fields[name] = read_field(key, of, raw[key])
            if of.startswith("code "):
                labels[name] = CODES[of[5:]].get(fields[name], f"0x{fields[name]:02x}")
        elif needed:
            raise Refused("Malformed::MissingField", field=key)
    return fields, labels, len(raw.keys() - table.keys())


# SPEC 2 and 5: the frame ----------------------------------------------------------------------------------------------------------


def read_header(octets):
    """SPEC 2.1 and 2.2."""
    if len(octets) > 1024:
        raise Refused("Malformed::TooLong")
    if len(octets) < 90:
        raise Refused("Malformed::TooShort")
    if octets[0] != 1:
        raise Refused("Malformed::Version", version=octets[0])
    return {
        "kind": octets[1],
        "sender": octets[2:10].hex(),
        "key": octets[10],
        "epoch": int.from_bytes(octets[11:15], "big"),
        "sequence": int.from_bytes(octets[15:19], "big"),
        "time": int.from_bytes(octets[19:25], "big"),
    }


def role_of(kind):
    """SPEC 4.2: the role that may send a kind."""
    return ROLES.get(kind >> 5)


def verify(octets, header, key):
    """SPEC 5.3, then the body."""
    context = b"keng/1/%03d\0" % header["kind"]
    if not verifies(key, context + octets[:-64], octets[-64:]):
        raise Refused("BadSignature")
    fields, labels, unknown = read_message(header["kind"], octets[25:-64])
    return {
        "header": header,
        "frame": hashlib.sha256(octets).hexdigest(),
        "message": KINDS.get(header["kind"], f"0x{header['kind']:02x}"),
        "fields": fields,
        "labels": labels,
        "unknown_fields": unknown,
    }


def check_role(role, kind):
    """SPEC 5.5."""
    if CODES["Role"].get(role) != role_of(kind):
        raise Refused("WrongRole")


def judge(octets, ring):
    """SPEC 5 with a ring of keys that does not change."""
    header = read_header(octets)
    keys = {entry["number"]: entry for entry in ring if entry["device"] == header["sender"]}
    if not keys:
        raise Refused("UnknownDevice")
    if header["key"] not in keys:
        raise Refused("UnknownKey")
    entry = keys[header["key"]]
    said = verify(octets, header, bytes.fromhex(entry["public"]))
    check_role(entry["role"], header["kind"])
    return said


# SPEC 6: the station --------------------------------------------------------------------------------------------------------------

WIDTH, EPOCHS, EVENTS, OLD, OLD_STAYS, KEYS = 1024, 4, 256, 16, 60_000, 4
HEARTBEAT, ENROLMENT, ROTATION, REVOCATION = 4, 96, 97, 98
ALARM, CANCEL, VOUCHED = URGENT = 1, 8, 36


def is_urgent(kind, fields):
    """SPEC 6.2: what may be about people; `kind` is one of those that may be."""
    return kind not in (ALARM, VOUCHED) or "drill" not in fields and not 96 <= fields["kind"] <= 127


class Device:
    """What the station knows of a device: its keys (SPEC 5.6) and its numbers (SPEC 6.2)."""

    def __init__(self, role, configured):
        self.role, self.configured = role, configured
        self.keys = {}  # number -> [octets, from, to]
        self.revoked = {}  # number -> octets
        self.used = {}  # epoch -> set of sequences
        self.events = []  # (epoch, sequence), frame id
        self.old = []  # the station's time, frame id
        self.beat = None  # (epoch, sequence), frame id

    def check_taken(self, number, key):
        known = number in self.keys and self.keys[number][0] == key
        if (
            number in self.revoked
            or key in self.revoked.values()
            or any((of == number) != (have[0] == key) for of, have in self.keys.items())
            or not known and len(self.keys) >= KEYS
        ):
            raise Refused("KeyTaken")

    def check_speaks(self, number):
        if number in self.revoked:
            raise Refused("Revoked")
        if number not in self.keys:
            raise Refused("UnknownKey")

    def is_fresh(self, epoch, sequence):
        if epoch not in self.used:
            return len(self.used) < EPOCHS or epoch > min(self.used)
        highest = max(self.used[epoch], default=0)
        return sequence > highest or sequence >= highest - WIDTH and sequence not in self.used[epoch]

    def is_late(self, epoch, sequence):
        return bool(self.used) and (
            epoch < max(self.used) or epoch in self.used and sequence < max(self.used[epoch], default=0)
        )

    def open(self, epoch):
        used = self.used.setdefault(epoch, set())
        if len(self.used) > EPOCHS:
            del self.used[min(self.used)]
        return used

    def remember(self, number, frame):
        self.open(number[0]).add(number[1])
        self.events = [*self.events, (number, frame)][-EVENTS:]

    def remember_old(self, now, frame):
        if len(self.old) < OLD or now - self.old[0][0] >= OLD_STAYS:
            self.old = [*self.old, (now, frame)][-OLD:]


class Station:
    """SPEC 6 as far as verdicts go: a journal that takes everything at once, and nobody who listens."""

    def __init__(self, ring, authority, tolerance):
        self.tolerance, self.devices = tolerance, {}
        for entry in ring:
            if entry["device"] == authority:
                device = self.devices.setdefault(authority, Device(entry["role"], True))
                device.keys[entry["number"]] = [entry["public"], 0, 2**48]

    def hear(self, now, octets):
        header = read_header(octets)
        device = self.devices.get(header["sender"])
        if device is None:
            raise Refused("UnknownDevice")
        device.check_speaks(header["key"])
        number, frame = (header["epoch"], header["sequence"]), hashlib.sha256(octets).hexdigest()
        if header["kind"] == HEARTBEAT:
            return self.heartbeat(device, header, octets, number, frame)
        fresh = device.is_fresh(*number)
        if not fresh and any(frame == have for _, have in device.events + device.old):
            return {"verdict": "again"}
        reused = not fresh and any(number == have for have, _ in device.events)
        old = not fresh and not reused
        if old and header["kind"] not in URGENT and (header["kind"] in KINDS or header["kind"] > 31):
            raise Refused("Stale")
        self.accept(device, header, octets, old)
        labels = self.labels(device, header, now, number, {"number_reused": reused, "maybe_seen": old})
        if old:
            device.remember_old(now, frame)
        else:
            device.remember(number, frame)
        return {"verdict": "accepted", "labels": labels} if labels else {"verdict": "accepted"}

    def heartbeat(self, device, header, octets, number, frame):
        if device.beat and device.beat[1] == frame:
            return {"verdict": "heard"}
        if device.beat and number <= device.beat[0]:
            raise Refused("Stale")
        verify(octets, header, bytes.fromhex(device.keys[header["key"]][0]))
        check_role(device.role, header["kind"])
        device.beat = (number, frame)
        device.open(number[0])
        return {"verdict": "heard"}

    def accept(self, device, header, octets, old):
        said = verify(octets, header, bytes.fromhex(device.keys[header["key"]][0]))
        check_role(device.role, header["kind"])
        if 32 <= header["kind"] <= 35:
            raise Refused("WrongRole")
        if old and not is_urgent(header["kind"], said["fields"]):
            raise Refused("Stale")
        orders = {ENROLMENT: self.enrol, ROTATION: self.rotate, REVOCATION: self.revoke}
        if header["kind"] in orders:
            orders[header["kind"]](said["fields"])

    def labels(self, device, header, now, number, seen):
        labels, off = {}, header["time"] - now
        if abs(off) > self.tolerance:
            labels["clock_off_ms"] = off
        _, begins, ends = device.keys[header["key"]]
        odd = {"late": device.is_late(*number), "key_out_of_time": not begins <= now <= ends, **seen}
        return {**labels, **{name: True for name, holds in odd.items() if holds}}

    def enrol(self, order):
        if CODES["Role"].get(order["role"]) not in ("panel", "station", "desk"):
            raise Refused("WrongRole")
        check_key(bytes.fromhex(order["key"]))
        device = self.devices.get(order["device"], Device(order["role"], False))
        if device.configured or device.role != order["role"]:
            raise Refused("WrongRole")
        device.check_taken(order["number"], order["key"])
        self.devices[order["device"]] = device
        device.keys[order["number"]] = [order["key"], order["from"], order.get("to", 2**48)]

    def changeable(self, order):
        if order["device"] not in self.devices:
            raise Refused("UnknownDevice")
        if self.devices[order["device"]].configured:
            raise Refused("WrongRole")
        return self.devices[order["device"]]

    def rotate(self, order):
        device = self.changeable(order)
        device.check_speaks(order["old"])
        check_key(bytes.fromhex(order["key"]))
        device.check_taken(order["number"], order["key"])
        if order["number"] == order["old"]:
            raise Refused("KeyTaken")
        device.keys[order["old"]][2] = order["old_until"]
        device.keys[order["number"]] = [order["key"], order["from"], 2**48]

    def revoke(self, order):
        device = self.changeable(order)
        if "number" in order and order["number"] not in device.revoked:
            device.check_speaks(order["number"])
        for number in list(device.keys):
            if order.get("number", number) == number:
                device.revoked[number] = device.keys.pop(number)[0]


# The vectors ----------------------------------------------------------------------------------------------------------------------


def fits(value, schema, root):
    """Whether a value fits a schema; as much of JSON Schema as schema.json uses."""
    if "$ref" in schema:
        return fits(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "oneOf" in schema and sum(fits(value, one, root) for one in schema["oneOf"]) != 1:
        return False
    types = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    if "type" in schema and not (
        isinstance(value, types[schema["type"]]) and not (schema["type"] == "integer" and isinstance(value, bool))
    ):
        return False
    if "const" in schema and value != schema["const"] or "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return False
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return False
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {}), root) for item in value)
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        return all(name in value for name in schema.get("required", [])) and all(
            fits(item, known[name], root) if name in known else more is not False and fits(item, more, root)
            for name, item in value.items()
        )
    return True


def outcome(judged, *arguments):
    try:
        return {"valid": judged(*arguments)}
    except Refused as refused:
        return refused.expect


def key_outcome(octets):
    check_key(octets)
    return True


def load(name, schema):
    content = json.loads((HERE / name).read_text(encoding="utf-8"))
    if schema and not fits(content, schema, schema):
        print(f"{name} does not fit schema.json")
        sys.exit(1)
    return content


def frame_vectors(file):
    for entry in file["keys"]:
        assert public_of(bytes.fromhex(entry["seed"])).hex() == entry["public"], "a key does not belong to its seed"
    for vector in file["frames"]:
        yield vector, outcome(judge, bytes.fromhex(vector["bytes"]), file["keys"])


def key_vectors(file):
    for vector in file["public_keys"]:
        yield vector, outcome(key_outcome, bytes.fromhex(vector["public"]))


def session_vectors(file):
    for session in file["sessions"]:
        station = Station(file["keys"], file["authority"], file["clock_tolerance_ms"])
        for number, step in enumerate(session["steps"]):
            got = outcome(station.hear, step["at"], bytes.fromhex(step["bytes"]))
            yield {"name": f"{session['name']}, step {number}", **step}, got.get("valid", got)


def main():
    schema = load("schema.json", None)
    files = {"accepted.json": frame_vectors, "refused.json": frame_vectors, "keys.json": key_vectors, "session.json": session_vectors}
    total = failed = 0
    for name, run in files.items():
        count = 0
        for vector, got in run(load(name, schema)):
            count += 1
            if got != vector["expect"]:
                failed += 1
                print(f"{name}: {vector['name']}: expected {vector['expect']}, got {got}")
        print(f"{name}: {count} vectors")
        total += count
    print(f"{total} vectors, {failed} differ")
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
