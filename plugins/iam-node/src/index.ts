/**
 * The service through which other plugins ask IAM who somebody is and what they
 * may do.
 *
 * @packageDocumentation
 */

export * from './IamService';
export { iamServiceRef } from './iamServiceRef';
export {
  QUESTIONS_PATH,
  questionSchemas,
  type QuestionName,
} from './questions';
export { rootIamServiceRef, type RootIam } from './rootIamServiceRef';
