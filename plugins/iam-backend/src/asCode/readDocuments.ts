/** From the text of files to documents, each field with its place. */
import {
  AS_CODE_API_VERSION,
  asCodeDocuments,
  checkInput,
  type AsCodeDocument,
  type AsCodeKind,
} from '@callboard/plugin-iam-common';
import { isNode, LineCounter, parseAllDocuments, type Document } from 'yaml';
import type { Place } from './resources';

/** Something that is wrong with a description, and where. */
export interface Fault {
  /** Stable; those of fields are IAM's `iam.input.*`. */
  readonly code: string;
  /** For people. */
  readonly message: string;
  readonly place?: Place;
}

export interface SourceFile {
  /** As it is shown: relative to the source. */
  readonly path: string;
  readonly text: string;
}

export interface PlacedDocument {
  readonly document: AsCodeDocument;
  /** Of a field, or of the nearest thing around it that is there. */
  placeOf(...path: readonly PropertyKey[]): Place;
}

/** Longer chains of aliases are an attack (a billion laughs). */
const MAX_ALIASES = 100;
const API_GROUP = AS_CODE_API_VERSION.slice(
  0,
  AS_CODE_API_VERSION.indexOf('/') + 1,
);

/**
 * Reads all documents of all files. Those of other kinds (a catalog entity
 * beside them) are passed over.
 */
export function readDocuments(files: readonly SourceFile[]): {
  readonly documents: readonly PlacedDocument[];
  readonly faults: readonly Fault[];
} {
  const documents: PlacedDocument[] = [];
  const faults: Fault[] = [];
  for (const file of files) {
    const lines = new LineCounter();
    // JSON is YAML (YAML 1.2.2 §1.2).
    const parsed = parseAllDocuments(file.text, { lineCounter: lines });
    for (const yaml of 'empty' in parsed ? [] : parsed) {
      const at = placesOf(file.path, yaml, lines);
      const read = readDocument(yaml, at);
      if (read === undefined) {
        continue;
      }
      if ('document' in read) {
        documents.push({ ...read, placeOf: (...path) => at.of(path) });
      } else {
        faults.push(...read.faults);
      }
    }
  }
  return { documents, faults };
}

type Read =
  | { readonly document: AsCodeDocument }
  | { readonly faults: readonly Fault[] }
  | undefined;

function readDocument(yaml: Document, at: Places): Read {
  if (yaml.errors.length > 0) {
    return {
      faults: yaml.errors.map(({ message, pos }) => ({
        code: 'iam.as_code.syntax',
        // Its second line and on show the text.
        message: message.split('\n')[0]!.replace(/ at line .*$/, ''),
        place: at.offset(pos[0]),
      })),
    };
  }
  let content: unknown;
  try {
    content = yaml.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    return {
      faults: [
        {
          code: 'iam.as_code.syntax',
          message: 'Too many aliases, or one without an anchor',
          place: at.of([]),
        },
      ],
    };
  }
  return content === null ? undefined : checkDocument(content, at);
}

function checkDocument(content: unknown, at: Places): Read {
  const { apiVersion, kind } = Object(content) as Record<string, unknown>;
  if (typeof apiVersion === 'string' && !apiVersion.startsWith(API_GROUP)) {
    return undefined;
  }
  const fault = (field: string, message: string): Read => ({
    faults: [{ code: 'iam.as_code.kind', message, place: at.of([field]) }],
  });
  if (apiVersion !== AS_CODE_API_VERSION) {
    return fault('apiVersion', `apiVersion must be ${AS_CODE_API_VERSION}`);
  }
  if (typeof kind !== 'string' || !Object.hasOwn(asCodeDocuments, kind)) {
    const kinds = Object.keys(asCodeDocuments).join(', ');
    return fault('kind', `kind must be one of ${kinds}`);
  }
  const checked = checkInput(asCodeDocuments[kind as AsCodeKind], content);
  return 'data' in checked
    ? { document: checked.data }
    : {
        faults: checked.faults.map(({ code, message, path }) => ({
          code,
          message,
          place: at.of(path),
        })),
      };
}

interface Places {
  of(path: readonly PropertyKey[]): Place;
  offset(offset: number): Place;
}

function placesOf(file: string, yaml: Document, lines: LineCounter): Places {
  const offset = (at: number): Place => {
    const { line, col } = lines.linePos(at);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return {
    offset,
    of(path) {
      for (let length = path.length; length >= 0; length -= 1) {
        const node =
          length === 0
            ? yaml.contents
            : yaml.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) {
          return offset(node.range[0]);
        }
      }
      return offset(yaml.range?.[0] ?? 0);
    },
  };
}
