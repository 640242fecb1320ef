/** The values of a form's fields by name; empty where nothing was entered. */
export interface FormValues {
  get(name: string): string;
  /** Of a field with several values. */
  getAll(name: string): string[];
}

/** What stands in a form now, without the spaces around it. */
export function readForm(form: HTMLFormElement): FormValues {
  const entries: { name: string; value: string }[] = [];
  for (const element of form.elements) {
    if (isField(element) && element.name && isSent(element)) {
      entries.push({ name: element.name, value: element.value.trim() });
    }
  }
  const getAll = (wanted: string) =>
    entries.flatMap(({ name, value }) =>
      name === wanted && value ? [value] : [],
    );
  return { get: name => getAll(name)[0] ?? '', getAll };
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function isField(element: Element): element is Field {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
  );
}

function isSent(field: Field): boolean {
  const isChoice =
    field instanceof HTMLInputElement &&
    (field.type === 'radio' || field.type === 'checkbox');
  return !field.disabled && (!isChoice || field.checked);
}
