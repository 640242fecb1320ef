/**
 * Which route a path leads to. Where several match, a literal segment wins over
 * `*`, and `*` over `**`, from left to right; a verb wins over none.
 *
 * The routes form a tree with at most three branches a node, one for each kind
 * of segment, and a search visits no node twice: its time is bounded by the
 * number of routes, whatever the path.
 */
import { DefinitionError } from '../definition/DefinitionError';
import type { PathTemplate } from './pathTemplate';
import { decodeSegment } from './percentEncoding';

/** What a route does is up to its owner. */
export interface Route {
  /** As in the request line; `*` for any. */
  readonly httpMethod: string;
  readonly template: PathTemplate;
}

export type RouteMatch<TRoute extends Route> =
  | {
      readonly kind: 'found';
      readonly route: TRoute;
      readonly segments: readonly string[];
    }
  /** The path exists, but not for this method. `allowed` is sorted. */
  | { readonly kind: 'otherMethods'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

interface Node<TRoute> {
  readonly literals: Map<string, Node<TRoute>>;
  one?: Node<TRoute>;
  /** What ends here, by verb (`''`: without one) and method. */
  readonly ends: Map<string, Map<string, TRoute>>;
  /** What goes on with `**`. */
  readonly rests: Map<string, Map<string, TRoute>>;
}

export class RouteTable<TRoute extends Route> {
  readonly #root: Node<TRoute> = createNode();

  /** @throws {@link DefinitionError} when two routes match the same requests */
  add(route: TRoute): void {
    const { segments, verb = '', text } = route.template;
    let node = this.#root;
    let ends = node.ends;
    for (const segment of segments) {
      if (segment.kind === 'rest') {
        ends = node.rests;
        break;
      }
      node =
        segment.kind === 'literal'
          ? childOf(node.literals, segment.text)
          : (node.one ??= createNode());
      ends = node.ends;
    }
    const methods = ends.get(verb) ?? new Map<string, TRoute>();
    const other = methods.get(route.httpMethod);
    if (other) {
      throw new DefinitionError(
        `${route.httpMethod} ${text}`,
        `matches the same requests as ${other.template.text}`,
      );
    }
    methods.set(route.httpMethod, route);
    ends.set(verb, methods);
  }

  /**
   * @param path - still encoded, without query
   */
  match(httpMethod: string, path: string): RouteMatch<TRoute> {
    if (!path.startsWith('/')) {
      return { kind: 'none' };
    }
    const whole = path.slice(1).split('/');
    const last = whole[whole.length - 1] ?? '';
    const colon = last.lastIndexOf(':');
    const allowed = new Set<string>();
    // The verb is cut off first; failing that, the colon is part of a value.
    const attempts =
      colon === -1
        ? [{ segments: whole, verb: '' }]
        : [
            {
              segments: [...whole.slice(0, -1), last.slice(0, colon)],
              verb: last.slice(colon + 1),
            },
            { segments: whole, verb: '' },
          ];
    for (const { segments, verb } of attempts) {
      const route = find(this.#root, segments, 0, verb, httpMethod, allowed);
      if (route) {
        return { kind: 'found', route, segments };
      }
    }
    return allowed.size > 0
      ? { kind: 'otherMethods', allowed: [...allowed].sort() }
      : { kind: 'none' };
  }
}

function find<TRoute>(
  node: Node<TRoute>,
  segments: readonly string[],
  at: number,
  verb: string,
  httpMethod: string,
  allowed: Set<string>,
): TRoute | undefined {
  if (at === segments.length) {
    return (
      pick(node.ends, verb, httpMethod, allowed) ??
      pick(node.rests, verb, httpMethod, allowed)
    );
  }
  const segment = segments[at]!;
  const literal =
    node.literals.size > 0
      ? node.literals.get(decodeSegment(segment) ?? segment)
      : undefined;
  const found =
    literal && find(literal, segments, at + 1, verb, httpMethod, allowed);
  if (found) {
    return found;
  }
  // An empty segment (`//`, or a slash at the end) is no value.
  if (node.one && segment !== '') {
    const one = find(node.one, segments, at + 1, verb, httpMethod, allowed);
    if (one) {
      return one;
    }
  }
  return pick(node.rests, verb, httpMethod, allowed);
}

function pick<TRoute>(
  ends: Map<string, Map<string, TRoute>>,
  verb: string,
  httpMethod: string,
  allowed: Set<string>,
): TRoute | undefined {
  const methods = ends.get(verb);
  if (!methods) {
    return undefined;
  }
  for (const method of methods.keys()) {
    allowed.add(method);
  }
  return methods.get(httpMethod) ?? methods.get('*');
}

function childOf<TRoute>(
  children: Map<string, Node<TRoute>>,
  text: string,
): Node<TRoute> {
  const child = children.get(text) ?? createNode<TRoute>();
  children.set(text, child);
  return child;
}

function createNode<TRoute>(): Node<TRoute> {
  return { literals: new Map(), ends: new Map(), rests: new Map() };
}
