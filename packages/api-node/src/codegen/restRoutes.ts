/**
 * What `google.api.http` rules promise to callers of REST, which buf's own rules
 * don't look at.
 */
import {
  createFileRegistry,
  getOption,
  hasOption,
  type DescExtension,
  type DescMethod,
} from '@bufbuild/protobuf';
import type { FileDescriptorSet } from '@bufbuild/protobuf/wkt';

/** google.api.HttpRule, as the descriptors in the image have it. */
interface HttpRule {
  readonly pattern:
    | {
        readonly case: 'custom';
        readonly value: { kind: string; path: string };
      }
    | { readonly case: string; readonly value: string }
    | { readonly case: undefined };
  readonly body: string;
  readonly responseBody: string;
  readonly additionalBindings: readonly HttpRule[];
}

interface RouteRule {
  readonly method: string;
  /** Of the body and of the answer; empty for the whole or none. */
  readonly body: string;
  readonly responseBody: string;
}

/** Requests by REST that were possible and are no more; a sentence each. */
export function findBrokenRoutes(
  before: FileDescriptorSet,
  now: FileDescriptorSet,
): string[] {
  const present = routesOf(now);
  const findings: string[] = [];
  for (const [route, promised] of routesOf(before)) {
    const kept = present.get(route);
    if (!kept) {
      findings.push(`REST: ${route} of ${promised.method} was removed.`);
    } else if (kept.method !== promised.method) {
      findings.push(
        `REST: ${route} of ${promised.method} leads to ${kept.method}.`,
      );
    } else if (kept.body !== promised.body) {
      findings.push(
        `REST: ${route} has another body: "${kept.body}" instead of "${promised.body}".`,
      );
    } else if (kept.responseBody !== promised.responseBody) {
      findings.push(
        `REST: ${route} has another answer: "${kept.responseBody}" instead of "${promised.responseBody}".`,
      );
    }
  }
  return findings;
}

/** By HTTP method and path, with variables as the wildcards they stand for. */
function routesOf(image: FileDescriptorSet): Map<string, RouteRule> {
  const registry = createFileRegistry(image);
  const http = registry.getExtension('google.api.http');
  const routes = new Map<string, RouteRule>();
  if (!http) {
    return routes;
  }
  for (const service of registry) {
    if (service.kind !== 'service') {
      continue;
    }
    for (const method of service.methods) {
      for (const rule of rulesOf(method, http)) {
        routes.set(routeOf(rule), {
          method: `${service.typeName}.${method.name}`,
          body: rule.body,
          responseBody: rule.responseBody,
        });
      }
    }
  }
  return routes;
}

function rulesOf(method: DescMethod, http: DescExtension): HttpRule[] {
  if (!hasOption(method, http)) {
    return [];
  }
  const rule = getOption(method, http) as unknown as HttpRule;
  return [rule, ...rule.additionalBindings];
}

function routeOf({ pattern }: HttpRule): string {
  if (pattern.case === undefined) {
    return '';
  }
  const { kind, path } =
    typeof pattern.value === 'string'
      ? { kind: pattern.case.toUpperCase(), path: pattern.value }
      : pattern.value;
  return `${kind} ${path.replace(/\{[^}=]*(?:=([^}]*))?\}/g, (_, template = '*') => template)}`;
}
