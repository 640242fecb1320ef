/** A plan for people: line by line, with a sign in front, as Terraform has it. */
import type { Change, FieldChange, Plan } from './plan';
import type { FieldValue, Place } from './resources';

export interface PlanLine {
  /**
   * `+` is made, `~` is changed, `-` is removed, `?` is there and not
   * described, `!` cannot be done; a blank: belongs to the line above.
   */
  readonly sign: '+' | '~' | '-' | '?' | '!' | ' ';
  readonly text: string;
  /** 0: a thing; 1: a field of it. */
  readonly indent: 0 | 1;
  readonly place?: Place;
}

export interface PlanSummary {
  readonly create: number;
  readonly change: number;
  readonly remove: number;
  readonly undescribed: number;
  readonly faults: number;
}

const signs = { create: '+', change: '~', remove: '-' } as const;

export function summarize({ changes, extras, faults }: Plan): PlanSummary {
  const count = (action: Change['action']) =>
    changes.filter(change => change.action === action).length;
  return {
    create: count('create'),
    change: count('change'),
    remove: count('remove'),
    undescribed: extras.length,
    faults: faults.length,
  };
}

export function planLines({ changes, extras, faults }: Plan): PlanLine[] {
  return [
    ...changes.flatMap(linesOf),
    ...extras.map(({ resource, place }) => ({
      sign: '?' as const,
      text: `${resource.key} is not described`,
      indent: 0 as const,
      place,
    })),
    ...faults.map(({ message, place }) => ({
      sign: '!' as const,
      text: message,
      indent: 0 as const,
      place,
    })),
  ];
}

export function renderPlan(plan: Plan): string {
  const { create, change, remove, undescribed, faults } = summarize(plan);
  const lines = planLines(plan).map(({ sign, text, indent, place }) => {
    const where = place ? `  (${showPlace(place)})` : '';
    return `${'    '.repeat(indent)}  ${sign} ${text}${where}`;
  });
  const counts = [
    `${create} to add`,
    `${change} to change`,
    `${remove} to remove`,
    ...(undescribed > 0 ? [`${undescribed} not described`] : []),
    ...(faults > 0 ? [`${faults} faulty`] : []),
  ].join(', ');
  return [
    ...lines,
    lines.length === 0 ? 'No changes.' : `Plan: ${counts}.`,
    '',
  ].join('\n');
}

function showPlace({ file, line, column }: Place) {
  return `${file}:${line}:${column}`;
}

function linesOf({ action, resource, fields, place }: Change): PlanLine[] {
  return [
    { sign: signs[action], text: resource.key, indent: 0, place },
    ...fields.map(fieldLine),
  ];
}

function fieldLine({ field, before, after }: FieldChange): PlanLine {
  if (before === undefined) {
    return { sign: '+', text: `${field}: ${show(after)}`, indent: 1 };
  }
  if (after === undefined) {
    return { sign: '-', text: `${field}: ${show(before)}`, indent: 1 };
  }
  return {
    sign: '~',
    text: `${field}: ${show(before)} -> ${show(after)}`,
    indent: 1,
  };
}

function show(value: FieldValue | undefined) {
  return JSON.stringify(value);
}
