import SwaggerParser from '@apidevtools/swagger-parser';
import { parse } from 'yaml';

/** What a caller must know of an operation to call it. */
export interface OpenApiOperation {
  /** `GET /api/search/query` */
  call: string;
  /** `term in query` */
  parameters: string[];
  /** Fields of a JSON request body and their types. */
  fields: Record<string, unknown>;
  requiredFields: string[];
  /** Status codes. */
  responses: string[];
}

/** The part of an OpenAPI document that is looked at, references resolved. */
interface OpenApiDocument {
  servers?: { url: string }[];
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: { name: string; in: string }[];
        requestBody?: { content: Record<string, { schema: JsonSchema }> };
        responses: Record<string, unknown>;
      }
    >
  >;
}

interface JsonSchema {
  properties?: Record<string, { type?: unknown }>;
  required?: string[];
}

/**
 * The operations that an OpenAPI document in YAML or JSON describes. It is not
 * validated: those that Backstage's plugins serve are not always valid.
 */
export async function openApiOperations(
  text: string,
): Promise<OpenApiOperation[]> {
  // The parser's own types cover three versions of OpenAPI at once.
  const document = (await SwaggerParser.dereference(
    parse(text),
  )) as unknown as OpenApiDocument;
  const base = document.servers?.[0]?.url.replace(/\/$/, '') ?? '';
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const content = operation.requestBody?.content;
      const body = content?.['application/json']?.schema ?? {};
      return {
        call: `${method.toUpperCase()} ${base}${path}`,
        parameters: (operation.parameters ?? []).map(
          parameter => `${parameter.name} in ${parameter.in}`,
        ),
        fields: Object.fromEntries(
          Object.entries(body.properties ?? {}).map(([name, { type }]) => [
            name,
            type,
          ]),
        ),
        requiredFields: [...(body.required ?? [])].sort(),
        responses: Object.keys(operation.responses),
      };
    }),
  );
}
