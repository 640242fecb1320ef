import { TextField } from '@backstage/ui';
import { useState } from 'react';
import { suggestSlug } from './suggestSlug';

/**
 * What something is called, and its short name for addresses, which follows the
 * name until it is written itself.
 */
export function NameAndSlug(props: {
  initial?: { name: string; slug: string };
  namePlaceholder?: string;
}) {
  const [name, setName] = useState(props.initial?.name ?? '');
  const [slug, setSlug] = useState(props.initial?.slug);
  return (
    <>
      <TextField
        name="name"
        label="Name"
        isRequired
        placeholder={props.namePlaceholder}
        maxLength={200}
        value={name}
        onChange={setName}
      />
      <TextField
        name="slug"
        label="Short name"
        description="For addresses: a-z, 0-9 and single hyphens, starting with a letter."
        isRequired
        maxLength={63}
        value={slug ?? suggestSlug(name)}
        onChange={setSlug}
      />
    </>
  );
}
