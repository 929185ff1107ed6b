"""The encoding of SPEC.md section 2: messages and their bounds, both read from protocol/proto by protoc."""

import os
import re
import subprocess
import tempfile
import warnings

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

NUMBER_MAX = 2**53 - 1


class Refused(Exception):
    """What a reader refuses, with a code of docs/errors.md."""

    def __init__(self, code: str, text: str = ""):
        super().__init__(f"{code} {text}")
        self.code = code


def refuse_unless(condition: object, code: str, text: str = "") -> None:
    if not condition:
        raise Refused(code, text)


class Bounds:
    """The notes of one field: {len a|b}, {max n}, {count n}, {optional}."""

    def __init__(self, comment: str):
        def number(name: str):
            found = re.search(r"\{" + name + r" (\d+)\}", comment)
            return int(found[1]) if found else None

        lengths = re.search(r"\{len ([\d|]+)\}", comment)
        self.lengths = {int(part) for part in lengths[1].split("|")} if lengths else None
        self.max = number("max")
        self.count = number("count")
        self.optional = "{optional}" in comment

    def check_value(self, value) -> None:
        size = len(value.encode()) if isinstance(value, str) else len(value)
        refuse_unless(self.lengths is None or size in self.lengths, "MALFORMED", f"{size} bytes")
        refuse_unless(self.max is None or size <= self.max, "MALFORMED", f"{size} bytes")


def read_varint(data: bytes, at: int, longest: int) -> "tuple[int, int]":
    value = 0
    for i in range(longest):
        refuse_unless(at < len(data), "MALFORMED", "an end within a number")
        value |= (data[at] & 0x7F) << (7 * i)
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    raise Refused("MALFORMED", "a number too long")


def scan(descriptor, data: bytes) -> "set[int]":
    """Refuses what the library lets pass: fields given twice, two members of a oneof, other wire types. Returns the
    numbers of the fields."""
    at, seen, oneofs = 0, set(), set()
    while at < len(data):
        tag, at = read_varint(data, at, 8)
        number, kind = tag >> 3, tag & 7
        refuse_unless(0 < number < 2**29 and kind in (0, 1, 2, 5), "MALFORMED", "tag")
        field = descriptor.fields_by_number.get(number)
        content = b""
        if kind == 0:
            value, at = read_varint(data, at, 8 if field else 10)
            if field:
                check_number(field, value)
        else:
            length, at = read_varint(data, at, 8) if kind == 2 else (8 if kind == 1 else 4, at)
            refuse_unless(length <= len(data) - at, "MALFORMED", "longer than what contains it")
            content, at = data[at : at + length], at + length
        is_new = number not in seen
        seen.add(number)
        if not field:
            continue
        is_number = field.type not in (field.TYPE_STRING, field.TYPE_BYTES, field.TYPE_MESSAGE)
        is_list = field.label == FieldDescriptor.LABEL_REPEATED
        refuse_unless(kind == 2 or (is_number and kind == 0), "MALFORMED", "wire type")
        refuse_unless(is_list or (is_new and (kind == 0) == is_number), "MALFORMED", field.full_name)
        if field.containing_oneof:
            refuse_unless(field.containing_oneof.name not in oneofs, "MALFORMED", "two members")
            oneofs.add(field.containing_oneof.name)
        place = 0
        while is_number and place < len(content):
            value, place = read_varint(content, place, 8)
            check_number(field, value)
        if field.message_type:
            scan(field.message_type, content)
    return seen


def check_number(field, value: int) -> None:
    most = {field.TYPE_BOOL: 1, field.TYPE_UINT32: 2**32 - 1}.get(field.type, NUMBER_MAX)
    refuse_unless(value <= most, "MALFORMED", field.full_name)


class Wire:
    """`wire.Entry(...)` makes a message; `decode` reads one."""

    def __init__(self, proto_dir: str):
        with tempfile.TemporaryDirectory() as work:
            out = os.path.join(work, "set")
            names = sorted(name for name in os.listdir(proto_dir) if name.endswith(".proto"))
            subprocess.run(
                ["protoc", "-I", proto_dir, "--include_source_info", f"--descriptor_set_out={out}", *names], check=True
            )
            with open(out, "rb") as file:
                files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
        pool = descriptor_pool.DescriptorPool()
        self._bounds: dict[str, Bounds] = {}
        self._types = {}
        # A file must come after what it imports.
        waiting = list(files)
        added: set[str] = set()
        while waiting:
            file = next(item for item in waiting if added.issuperset(item.dependency))
            waiting.remove(file)
            pool.Add(file)
            added.add(file.name)
            self._read_bounds(file)
        factory = message_factory.MessageFactory(pool)
        for file in files:
            for message in file.message_type:
                name = f"{file.package}.{message.name}"
                self._types[message.name] = factory.GetPrototype(pool.FindMessageTypeByName(name))

    def __getattr__(self, name: str):
        return self._types[name]

    def bounds(self, message: str, number: int) -> Bounds:
        """Of the field of a message, by the message's full name."""
        name = self._types[message.rpartition(".")[2]].DESCRIPTOR.fields_by_number[number].name
        return self._bounds.get(f"{message}.{name}") or Bounds("")

    def _read_bounds(self, file) -> None:
        for location in file.source_code_info.location:
            # 4: messages of a file, 2: fields of a message
            if len(location.path) != 4 or location.path[0] != 4 or location.path[2] != 2:
                continue
            message = file.message_type[location.path[1]]
            field = message.field[location.path[3]]
            comment = location.leading_comments + location.trailing_comments
            self._bounds[f"{file.package}.{message.name}.{field.name}"] = Bounds(comment)

    def decode_frame(self, data: bytes) -> Message:
        """A frame with unknown fields alone is one of an addition that this side does not have."""
        numbers = scan(self.Frame.DESCRIPTOR, data)
        is_known = not numbers or numbers.intersection(self.Frame.DESCRIPTOR.fields_by_number)
        refuse_unless(is_known, "FRAME_UNEXPECTED", f"kinds {numbers}")
        return self.decode("Frame", data, canonical=False)

    def decode(self, name: str, data: bytes, canonical: bool = True) -> Message:
        scan(self._types[name].DESCRIPTOR, data)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                message = self._types[name].FromString(data)
        except DecodeError as error:
            raise Refused("MALFORMED", str(error)) from None
        # The library only warns when it has not read all of it.
        refuse_unless(not caught, "MALFORMED", f"{name}: not read to its end")
        if canonical:
            known = self._types[name]()
            known.CopyFrom(message)
            known.DiscardUnknownFields()
            refuse_unless(known.SerializeToString(deterministic=True) == data, "MALFORMED", f"{name}: not canonical")
        self.check(message)
        return message

    def encode(self, message: Message) -> bytes:
        self.check(message)
        return message.SerializeToString(deterministic=True)

    def check(self, message: Message) -> None:
        for oneof in message.DESCRIPTOR.oneofs:
            refuse_unless(message.WhichOneof(oneof.name), "MALFORMED", f"no {oneof.name}")
        for field in message.DESCRIPTOR.fields:
            bounds = self._bounds.get(field.full_name) or Bounds("")
            value = getattr(message, field.name)
            if field.label == FieldDescriptor.LABEL_REPEATED:
                refuse_unless(bounds.count is None or len(value) <= bounds.count, "MALFORMED", field.full_name)
                for item in value:
                    self._check_value(field, item, bounds)
            elif field.message_type and not message.HasField(field.name):
                refuse_unless(bounds.optional or field.containing_oneof, "MALFORMED", f"no {field.full_name}")
            else:
                self._check_value(field, value, bounds)

    def _check_value(self, field, value, bounds: Bounds) -> None:
        if field.message_type:
            self.check(value)
        elif field.enum_type:
            refuse_unless(value in field.enum_type.values_by_number, "MALFORMED", field.full_name)
        elif isinstance(value, (str, bytes)):
            bounds.check_value(value)
        else:
            refuse_unless(value <= NUMBER_MAX, "MALFORMED", field.full_name)
