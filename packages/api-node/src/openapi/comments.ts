import type {
  DescEnum,
  DescField,
  DescMessage,
  DescMethod,
  DescService,
} from '@bufbuild/protobuf';

type Described = DescEnum | DescField | DescMessage | DescMethod | DescService;

// Field numbers of descriptor.proto, of which the paths of comments consist:
// https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
const FILE = { message: 4, enum: 5, service: 6 };
const MESSAGE = { field: 2, nested: 3, enum: 4 };
const SERVICE = { method: 2 };

// A line's end, unless an empty line, a list's item or indented text follows.
const WITHIN_PARAGRAPH = /(?<!\n)\n(?![\n\s*-]|\d+\.)/g;

/** What the definition's authors wrote above something; empty without. */
export function commentOf(desc: Described): string {
  const path = pathOf(desc);
  const file =
    desc.kind === 'rpc' || desc.kind === 'field' ? desc.parent.file : desc.file;
  const location = file.proto.sourceCodeInfo?.location.find(
    each =>
      each.path.length === path.length &&
      each.path.every((part, index) => part === path[index]),
  );
  return (location?.leadingComments ?? '')
    .split('\n')
    .map(line => line.replace(/^ /, '').trimEnd())
    .filter(line => !line.startsWith('buf:lint:ignore'))
    .join('\n')
    .replace(WITHIN_PARAGRAPH, ' ')
    .trim();
}

/** A comment's first sentence, and all that follows it. */
export function splitComment(comment: string): {
  summary: string;
  description: string;
} {
  const end = /\.(?=\s|$)/.exec(comment)?.index;
  return end === undefined
    ? { summary: comment, description: '' }
    : {
        summary: comment.slice(0, end).trim(),
        description: comment.slice(end + 1).trim(),
      };
}

function pathOf(desc: Described): number[] {
  switch (desc.kind) {
    case 'service':
      return [FILE.service, desc.file.services.indexOf(desc)];
    case 'rpc':
      return [
        ...pathOf(desc.parent),
        SERVICE.method,
        desc.parent.methods.indexOf(desc),
      ];
    case 'field':
      return [
        ...pathOf(desc.parent),
        MESSAGE.field,
        desc.parent.fields.indexOf(desc),
      ];
    case 'message':
      return desc.parent
        ? [
            ...pathOf(desc.parent),
            MESSAGE.nested,
            desc.parent.proto.nestedType.indexOf(desc.proto),
          ]
        : [FILE.message, desc.file.proto.messageType.indexOf(desc.proto)];
    default:
      return desc.parent
        ? [
            ...pathOf(desc.parent),
            MESSAGE.enum,
            desc.parent.proto.enumType.indexOf(desc.proto),
          ]
        : [FILE.enum, desc.file.proto.enumType.indexOf(desc.proto)];
  }
}
