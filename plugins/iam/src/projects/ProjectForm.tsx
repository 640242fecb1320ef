import { TextAreaField, TextField } from '@backstage/ui';
import { useState, type ReactNode } from 'react';
import { FormDialog, type FormValues } from '../form/FormDialog';

/** What every project has; `children` come first. */
export function ProjectForm(props: {
  title: string;
  submitLabel: string;
  begin?: { name: string; slug: string; description: string };
  onClose: () => void;
  onSubmit: (values: FormValues) => Promise<unknown>;
  children?: ReactNode;
}) {
  const { begin } = props;
  const [name, setName] = useState(begin?.name ?? '');
  // Follows the name until somebody writes another one.
  const [slug, setSlug] = useState(begin?.slug);
  return (
    <FormDialog
      title={props.title}
      submitLabel={props.submitLabel}
      onClose={props.onClose}
      onSubmit={props.onSubmit}
    >
      {props.children}
      <TextField
        label="Name"
        name="name"
        isRequired
        maxLength={200}
        value={name}
        onChange={setName}
      />
      <TextField
        label="Short name"
        name="slug"
        description="For addresses: a–z, 0–9 and single hyphens, starting with a letter"
        isRequired
        maxLength={63}
        value={slug ?? toSlug(name)}
        onChange={setSlug}
      />
      <TextAreaField
        label="Description"
        name="description"
        maxLength={1000}
        defaultValue={begin?.description}
      />
    </FormDialog>
  );
}

/** A short name made of a name: "Payment API (EU)" is `payment-api-eu`. */
export function toSlug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
}
