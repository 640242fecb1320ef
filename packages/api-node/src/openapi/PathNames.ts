import type { PathTemplate, TemplateVariable } from '../rest/pathTemplate';

/** One `{name}` of a rendered path. */
export interface PathParameter {
  readonly name: string;
  readonly variable: TemplateVariable;
  /** The parameter is all of the variable, and not one segment of it. */
  readonly isWhole: boolean;
}

/**
 * Paths as OpenAPI writes them. A variable of several segments becomes a
 * parameter for each wildcard in it, as OpenAPI's can't contain slashes:
 * `/v1/{name=shelves/*\/books/*}` is `/v1/shelves/{shelvesId}/books/{booksId}`.
 *
 * Paths that differ in the names of parameters only are the same one to
 * OpenAPI, so the first names that a path gets are used wherever it recurs.
 */
export class PathNames {
  readonly #known = new Map<string, string[]>();

  render(template: PathTemplate): {
    path: string;
    parameters: PathParameter[];
  } {
    const shape = template.segments
      .map(segment => (segment.kind === 'literal' ? segment.text : '{}'))
      .join('/')
      .concat(template.verb === undefined ? '' : `:${template.verb}`);
    const wanted = namesOf(template);
    const names = this.#known.get(shape) ?? wanted.map(({ name }) => name);
    this.#known.set(shape, names);
    let at = 0;
    const path = template.segments
      .map(segment =>
        segment.kind === 'literal'
          ? encodeURIComponent(segment.text)
          : `{${names[at++]}}`,
      )
      .join('/');
    return {
      path: `/${path}${template.verb === undefined ? '' : `:${template.verb}`}`,
      parameters: wanted.map((parameter, index) => ({
        ...parameter,
        name: names[index]!,
      })),
    };
  }
}

function namesOf(template: PathTemplate): PathParameter[] {
  const taken = new Set<string>();
  const found: PathParameter[] = [];
  template.segments.forEach((segment, index) => {
    if (segment.kind === 'literal') {
      return;
    }
    const variable = template.variables.find(
      each => each.from <= index && index < each.to,
    ) ?? { fieldPath: ['any'], from: index, to: index + 1, single: true };
    const isWhole = variable.to - variable.from === 1;
    const before = template.segments[index - 1];
    const wanted =
      !isWhole && before?.kind === 'literal'
        ? `${camelCase(before.text)}Id`
        : camelCase(variable.fieldPath.join('_'));
    let name = wanted;
    for (let number = 2; taken.has(name); number++) {
      name = `${wanted}${number}`;
    }
    taken.add(name);
    found.push({ name, variable, isWhole });
  });
  return found;
}

function camelCase(text: string): string {
  return text.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) =>
    (next ?? '').toUpperCase(),
  );
}
