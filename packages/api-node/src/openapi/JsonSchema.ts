/**
 * A schema of JSON Schema 2020-12, which OpenAPI 3.1 uses as it is
 * (https://json-schema.org/draft/2020-12).
 */
export type JsonSchema = { [keyword: string]: unknown };
