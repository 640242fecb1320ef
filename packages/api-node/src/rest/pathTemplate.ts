/**
 * Path templates of HTTP rules
 * (https://github.com/googleapis/googleapis/blob/master/google/api/http.proto,
 * "Path template syntax"):
 *
 *     Template = "/" Segments [ Verb ] ;
 *     Segments = Segment { "/" Segment } ;
 *     Segment  = "*" | "**" | LITERAL | Variable ;
 *     Variable = "{" FieldPath [ "=" Segments ] "}" ;
 *     FieldPath = IDENT { "." IDENT } ;
 *     Verb     = ":" LITERAL ;
 */
import { DefinitionError } from '../definition/DefinitionError';

/** `one`: `*`, any one segment. `rest`: `**`, any number, none included. */
export type TemplateSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'rest' };

/** The part of a path that becomes a field. */
export interface TemplateVariable {
  /** Proto names: `['book', 'name']`. */
  readonly fieldPath: readonly string[];
  /** Its first segment, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /**
   * It spans one segment exactly (`{var}`, `{var=*}`), so that a slash in its
   * value is encoded in the path.
   */
  readonly single: boolean;
}

export interface PathTemplate {
  readonly text: string;
  readonly segments: readonly TemplateSegment[];
  readonly variables: readonly TemplateVariable[];
  /** Without its colon. */
  readonly verb?: string;
}

// What RFC 3986 allows in a path segment without encoding, save the characters
// that the syntax itself uses.
const LITERAL = /^[A-Za-z0-9\-._~!$&'()+,;@%]+$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws {@link DefinitionError} */
export function parsePathTemplate(text: string): PathTemplate {
  if (!text.startsWith('/')) {
    throw new DefinitionError(text, 'a path starts with /');
  }
  const { path, verb } = splitVerb(text);
  const segments: TemplateSegment[] = [];
  const variables: TemplateVariable[] = [];
  for (const part of splitOutsideBraces(path.slice(1))) {
    if (!part.startsWith('{')) {
      segments.push(parseSegment(text, part));
      continue;
    }
    if (!part.endsWith('}')) {
      throw new DefinitionError(text, `'${part}' is not closed`);
    }
    const [name = '', ...patterns] = part.slice(1, -1).split('=');
    if (patterns.length > 1) {
      throw new DefinitionError(text, `'${part}' has two patterns`);
    }
    const from = segments.length;
    const pattern = (patterns[0] ?? '*').split('/');
    segments.push(...pattern.map(each => parseSegment(text, each)));
    variables.push({
      fieldPath: parseFieldPath(text, name),
      from,
      to: segments.length,
      single: pattern.length === 1 && pattern[0] === '*',
    });
  }
  checkRestIsLast(text, segments);
  checkVariablesDiffer(text, variables);
  return { text, segments, variables, ...(verb === undefined ? {} : { verb }) };
}

function splitVerb(text: string): { path: string; verb?: string } {
  // A colon inside braces belongs to a literal of a variable's pattern.
  const afterVariables = text.lastIndexOf('}') + 1;
  const colon = text.indexOf(
    ':',
    Math.max(afterVariables, text.lastIndexOf('/')),
  );
  if (colon === -1) {
    return { path: text };
  }
  const verb = text.slice(colon + 1);
  if (!LITERAL.test(verb)) {
    throw new DefinitionError(text, `'${verb}' can't be a verb`);
  }
  return { path: text.slice(0, colon), verb };
}

/** Splits at slashes, but not at those of a variable's own pattern. */
function splitOutsideBraces(path: string): string[] {
  return path.split(/\/(?![^{]*\})/);
}

function parseSegment(text: string, part: string): TemplateSegment {
  if (part === '*') {
    return { kind: 'one' };
  }
  if (part === '**') {
    return { kind: 'rest' };
  }
  if (!LITERAL.test(part)) {
    throw new DefinitionError(text, `'${part}' can't be a segment`);
  }
  return { kind: 'literal', text: decodeURIComponent(part) };
}

function parseFieldPath(text: string, path: string): string[] {
  const names = path.split('.');
  if (!names.every(name => IDENTIFIER.test(name))) {
    throw new DefinitionError(text, `'${path}' can't be a field path`);
  }
  return names;
}

function checkRestIsLast(
  text: string,
  segments: readonly TemplateSegment[],
): void {
  const rest = segments.findIndex(segment => segment.kind === 'rest');
  if (rest !== -1 && rest !== segments.length - 1) {
    throw new DefinitionError(text, '** has to be the last segment');
  }
}

function checkVariablesDiffer(
  text: string,
  variables: readonly TemplateVariable[],
): void {
  const names = variables.map(({ fieldPath }) => fieldPath.join('.'));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new DefinitionError(text, `'${twice}' is bound twice`);
  }
}
