/**
 * Every reason for which IAM refuses a command. Codes are stable: screens,
 * scripts and other contexts match on them. Messages are for people.
 */
import {
  CommandRejectedError,
  type EventStoreErrorKind,
} from '@callboard/plugin-eventstore-common';

/**
 * What kind of error a refusal is, and what it says to a person.
 *
 * @public
 */
export type Refusal = readonly [EventStoreErrorKind, string];

const input = (message: string): Refusal => ['invalid_argument', message];
const missing = (what: string): Refusal => [
  'not_found',
  `There is no such ${what}`,
];
const exists = (what: string): Refusal => [
  'conflict',
  `${what} exists already`,
];
const taken = (what: string): Refusal => ['conflict', `${what} is taken`];
const denied = (message: string): Refusal => ['permission_denied', message];
const state = (message: string): Refusal => ['failed_precondition', message];

/** @public */
export const refusals = {
  // One field is wrong, whatever the state.
  'iam.input.missing': input('is required'),
  'iam.input.wrong_type': input('has the wrong type'),
  'iam.input.wrong_kind': input('is the id of something else'),
  'iam.input.unknown_field': input('is not a known field'),
  'iam.input.unknown_choice': input('is none of the choices'),
  'iam.input.empty': input('must not be empty'),
  'iam.input.too_short': input('is too short'),
  'iam.input.too_long': input('is too long'),
  'iam.input.too_many': input('has too many entries'),
  'iam.input.too_small': input('is too small'),
  'iam.input.too_large': input('is too large'),
  'iam.input.alphabet': input('has a character that is not allowed'),
  'iam.input.invisible': input('has an invisible or control character'),
  'iam.input.mixed_scripts': input('mixes alphabets whose letters look alike'),
  'iam.input.reserved': input('is reserved'),
  'iam.input.format': input('has the wrong format'),
  'iam.input.public_suffix': input(
    'is a public suffix, under which anybody can register a domain',
  ),
  'iam.input.duplicate': input('is given twice'),
  'iam.input.past': input('must be in the future'),
  'iam.input.too_far': input('is too far in the future'),
  'iam.input.inconsistent': input('does not fit another field'),
  'iam.input.secret': input('is a secret, which is never stored'),

  'iam.instance.not_found': missing('instance'),
  'iam.instance.exists': exists('The instance'),
  'iam.instance.removing': state('The instance is being removed'),
  'iam.instance.not_removing': state('The instance is not being removed'),
  'iam.instance.domain_not_found': missing('domain'),
  'iam.instance.domain_is_primary': state(
    'The primary domain cannot be removed; make another one primary first',
  ),
  'iam.instance.too_many_domains': state('The instance has too many domains'),
  'iam.instance.set_up_done': state(
    'The instance is set up; set-up is closed for good',
  ),
  'iam.instance.set_up_not_offered': state('No set-up link is open'),
  'iam.instance.set_up_expired': state(
    'The set-up link has expired; the next start prints a new one',
  ),
  'iam.instance.set_up_wrong_link': state('This is not the newest set-up link'),

  'iam.organization.not_found': missing('organization'),
  'iam.organization.exists': exists('The organization'),
  'iam.organization.inactive': state('The organization is inactive'),
  'iam.organization.removing': state('The organization is being removed'),
  'iam.organization.not_removing': state(
    'The organization is not being removed',
  ),
  'iam.organization.is_default': state(
    'The default organization can be neither deactivated nor removed',
  ),
  'iam.organization.domain_not_found': missing('domain'),
  'iam.organization.domain_is_primary': state(
    'The primary domain cannot be removed; make another one primary first',
  ),
  'iam.organization.domain_verified': state('The domain is verified already'),
  'iam.organization.domain_not_verified': state('The domain is not verified'),
  'iam.organization.domain_check_required': state(
    'The domain policy wants a proof of the domain',
  ),
  'iam.organization.domain_not_challenged': state(
    'No verification of the domain is under way',
  ),
  'iam.organization.domain_challenge_expired': state(
    'The verification has expired; start a new one',
  ),
  'iam.organization.domain_challenge_replaced': state(
    'A newer verification of the domain is under way',
  ),
  'iam.organization.too_many_domains': state(
    'The organization has too many domains',
  ),
  'iam.organization.too_much_metadata': state(
    'The organization has too many metadata entries',
  ),

  'iam.user.not_found': missing('user'),
  'iam.user.exists': exists('The user'),
  'iam.user.gone': state('The user has been removed'),
  'iam.user.not_human': state('The user is a machine'),
  'iam.user.not_machine': state('The user is a person'),
  'iam.user.not_pending': state('The user has been activated already'),
  'iam.user.not_active': state('The user is not active'),
  'iam.user.not_locked': state('The user is not locked'),
  'iam.user.not_inactive': state('The user is not inactive'),
  'iam.user.not_invited': state('The user has no open invitation'),
  'iam.user.code_wrong': state('The code is not the newest one'),
  'iam.user.code_expired': state('The code has expired'),
  'iam.user.email_unverified': state('The e-mail address is not verified'),
  'iam.user.email_domain': state(
    "The e-mail address is in none of the organization's verified domains",
  ),
  'iam.user.no_phone': state('The user has no phone number'),
  'iam.user.too_much_metadata': state('The user has too many metadata entries'),
  'iam.user.key_exists': exists('The key'),
  'iam.user.key_not_found': missing('key'),
  'iam.user.too_many_keys': state('The user has too many keys'),
  'iam.user.token_exists': exists('The token'),
  'iam.user.token_not_found': missing('token'),
  'iam.user.too_many_tokens': state('The user has too many tokens'),
  'iam.user.other_organization': state(
    'The user belongs to another organization',
  ),

  'iam.user_import.not_found': missing('import'),
  'iam.user_import.different': [
    'conflict',
    'The import was begun differently; give it another id',
  ],
  'iam.user_import.elsewhere': [
    'conflict',
    'The import goes on elsewhere, or is completed',
  ],
  'iam.user_import.malformed': input('cannot be read'),
  'iam.user_import.columns': input('has more or fewer cells than the header'),

  'iam.group.not_found': missing('group'),
  'iam.group.exists': exists('The group'),
  'iam.group.removing': state('The group is being removed'),
  'iam.group.not_removing': state('The group is not being removed'),
  'iam.group.too_much_metadata': state(
    'The group has too many metadata entries',
  ),
  'iam.group.other_organization': state(
    'The group belongs to another organization',
  ),
  'iam.group.cycle': state(
    'The group would contain itself, directly or through other groups',
  ),
  'iam.group.too_deep': state('The groups would be nested too deeply'),

  'iam.project.not_found': missing('project'),
  'iam.project.exists': exists('The project'),
  'iam.project.inactive': state('The project is inactive'),
  'iam.project.removing': state('The project is being removed'),
  'iam.project.not_removing': state('The project is not being removed'),
  'iam.project.role_exists': exists('The role'),
  'iam.project.role_not_found': missing('role'),
  'iam.project.role_removing': state('The role is being removed'),
  'iam.project.too_many_roles': state('The project has too many roles'),

  'iam.project_grant.not_found': missing('project grant'),
  'iam.project_grant.exists': exists('The project grant'),
  'iam.project_grant.inactive': state('The project grant is inactive'),
  'iam.project_grant.removing': state('The project grant is being removed'),
  'iam.project_grant.own_organization': state(
    'The project belongs to this organization',
  ),
  'iam.project_grant.role_not_granted': state(
    'The role is not among those granted to the organization',
  ),
  'iam.project_grant.role_withdrawn': state(
    'The role is being withdrawn from the organization',
  ),

  'iam.access.too_many': state('The user or group has been given too much'),
  'iam.access.not_expired': state('The grant has not expired'),
  'iam.access.closed': state('The user or group has been removed'),

  'iam.administration.last_owner': state(
    'Nobody could administer it any more; make another active person its owner first',
  ),
  'iam.administration.closed': state('What is administered is being removed'),
  'iam.administration.wrong_level': state(
    'The role is for administrators of another level',
  ),
  'iam.administration.too_many': state('There are too many administrators'),

  'iam.administrator_role.not_found': missing('administrator role'),
  'iam.administrator_role.exists': exists('The administrator role'),
  'iam.administrator_role.removing': state(
    'The administrator role is being removed',
  ),
  'iam.administrator_role.other_organization': state(
    'The administrator role belongs to another organization',
  ),

  'iam.policy.enforced': state(
    'The instance enforces this policy; organizations cannot change it',
  ),
  'iam.policy.organization_cannot_enforce': state(
    'Only an instance can enforce a policy',
  ),
  'iam.policy.closed': state('What the policy belongs to is being removed'),

  'iam.instance.domain_taken': taken('The domain'),
  'iam.organization.name_taken': taken('The name'),
  'iam.organization.slug_taken': taken('The short name'),
  'iam.organization.domain_taken': taken('The domain'),
  'iam.user.login_name_taken': taken('The username or e-mail address'),
  'iam.group.name_taken': taken('The name'),
  'iam.group.slug_taken': taken('The short name'),
  'iam.project.name_taken': taken('The name'),
  'iam.project.slug_taken': taken('The short name'),
  'iam.administrator_role.key_taken': taken('The key'),

  'iam.permission.escalation': denied(
    'Nobody can hand out more than they hold themselves',
  ),
  'iam.delivery.unavailable': state(
    'This portal has no way to send codes; ask an administrator',
  ),

  'iam.source.not_found': missing('source'),

  'iam.version.stale': [
    'conflict',
    'It has changed since it was read; read it again',
  ],
} as const satisfies Record<string, Refusal>;

/** @public */
export type RefusalCode = keyof typeof refusals;

/**
 * The error of a refused command: its stable code, and the field at fault.
 *
 * @param field - path of the field in the command, when one is at fault
 * @public
 */
export function refusal(
  code: RefusalCode,
  field?: string,
  details?: Record<string, unknown>,
): CommandRejectedError {
  const [kind, message] = refusals[code];
  return new CommandRejectedError(
    code,
    kind === 'invalid_argument' && field ? `${field} ${message}` : message,
    { kind, field, details },
  );
}
