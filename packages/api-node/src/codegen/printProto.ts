/**
 * Writes a file descriptor down as a `.proto` file: names, numbers, types and
 * labels, which is what another file needs to import it. Comments and custom
 * options are left out.
 *
 * Only needed for definitions that npm has as a descriptor but not as text
 * (buf/validate/validate.proto).
 */
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';

// Numbers of google.protobuf.FieldDescriptorProto.Type, in descriptor.proto.
const SCALARS: Record<number, string> = {
  1: 'double',
  2: 'float',
  3: 'int64',
  4: 'uint64',
  5: 'int32',
  6: 'fixed64',
  7: 'fixed32',
  8: 'bool',
  9: 'string',
  12: 'bytes',
  13: 'uint32',
  15: 'sfixed32',
  16: 'sfixed64',
  17: 'sint32',
  18: 'sint64',
};
const LABELS: Record<number, string> = {
  1: 'optional',
  2: 'required',
  3: 'repeated',
};
// One more than the highest field number; what `to max` stands for.
const MAX_NUMBER = 536870912;

/** @throws Error for editions and groups, which nothing we import uses */
export function printProto(file: FileDescriptorProto): string {
  const syntax = file.syntax || 'proto2';
  if (syntax !== 'proto2' && syntax !== 'proto3') {
    throw new Error(`${file.name} has the syntax '${syntax}'`);
  }
  const lines = [
    `syntax = "${syntax}";`,
    `package ${file.package};`,
    ...file.dependency.map(name => `import "${name}";`),
    ...file.enumType.flatMap(printEnum),
    ...file.messageType.flatMap(message =>
      printMessage(message, `.${file.package}`, syntax),
    ),
    ...file.extension.flatMap(extension => [
      `extend ${extension.extendee} {`,
      indent(printField(extension, syntax)),
      '}',
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function printMessage(
  message: DescriptorProto,
  scope: string,
  syntax: string,
): string[] {
  const name = `${scope}.${message.name}`;
  const mapEntries = new Map(
    message.nestedType
      .filter(nested => nested.options?.mapEntry)
      .map(nested => [`${name}.${nested.name}`, nested]),
  );
  const synthetic = new Set(
    message.field
      .filter(field => field.proto3Optional)
      .map(field => field.oneofIndex),
  );
  const inOneof = (field: FieldDescriptorProto) =>
    isSet(field, 'oneofIndex') && !field.proto3Optional;
  return [
    `message ${message.name} {`,
    ...[
      ...message.enumType.flatMap(printEnum),
      ...message.nestedType
        .filter(nested => !nested.options?.mapEntry)
        .flatMap(nested => printMessage(nested, name, syntax)),
      ...message.field
        .filter(field => !inOneof(field))
        .map(field => printField(field, syntax, mapEntries)),
      ...message.oneofDecl.flatMap((oneof, index) =>
        synthetic.has(index)
          ? []
          : [
              `oneof ${oneof.name} {`,
              ...message.field
                .filter(field => inOneof(field) && field.oneofIndex === index)
                .map(field => indent(printField(field, 'oneof'))),
              '}',
            ],
      ),
      ...message.extensionRange.map(
        range => `extensions ${printRange(range.start, range.end)};`,
      ),
      ...message.reservedRange.map(
        range => `reserved ${printRange(range.start, range.end)};`,
      ),
      ...message.reservedName.map(reserved => `reserved "${reserved}";`),
    ].map(indent),
    '}',
  ];
}

function printField(
  field: FieldDescriptorProto,
  syntax: string,
  mapEntries?: Map<string, DescriptorProto>,
): string {
  const entry = mapEntries?.get(field.typeName);
  if (entry) {
    const [key, value] = entry.field;
    return `map<${typeOf(key!)}, ${typeOf(value!)}> ${field.name} = ${field.number};`;
  }
  const label = printLabel(field, syntax);
  return `${label}${typeOf(field)} ${field.name} = ${field.number};`;
}

function printLabel(field: FieldDescriptorProto, syntax: string): string {
  const label = LABELS[field.label];
  if (syntax === 'oneof') {
    return '';
  }
  if (syntax === 'proto3') {
    if (field.proto3Optional) {
      return 'optional ';
    }
    return label === 'repeated' ? 'repeated ' : '';
  }
  return `${label} `;
}

function typeOf(field: FieldDescriptorProto): string {
  const name = SCALARS[field.type] ?? field.typeName;
  if (!name) {
    throw new Error(`${field.name} has a type that can't be written down`);
  }
  return name;
}

function printEnum(declaration: EnumDescriptorProto): string[] {
  return [
    `enum ${declaration.name} {`,
    ...(declaration.options?.allowAlias
      ? ['  option allow_alias = true;']
      : []),
    ...declaration.value.map(value => `  ${value.name} = ${value.number};`),
    // Of enums the end is part of the range.
    ...declaration.reservedRange.map(
      range => `  reserved ${range.start} to ${range.end};`,
    ),
    ...declaration.reservedName.map(name => `  reserved "${name}";`),
    '}',
  ];
}

function printRange(start: number, end: number): string {
  return end >= MAX_NUMBER ? `${start} to max` : `${start} to ${end - 1}`;
}

function isSet(
  field: FieldDescriptorProto,
  name: keyof FieldDescriptorProto,
): boolean {
  return Object.hasOwn(field, name) && field[name] !== undefined;
}

function indent(line: string): string {
  return `  ${line}`;
}
