import { Button, type ButtonProps } from '@backstage/ui';
import { useState, type ReactNode } from 'react';

/** A button that opens the dialog of a command. */
export function CommandButton(
  props: Pick<
    ButtonProps,
    'variant' | 'destructive' | 'iconStart' | 'size' | 'aria-label'
  > & {
    label: string;
    dialog: (close: () => void) => ReactNode;
  },
) {
  const { label, dialog, ...button } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        variant="secondary"
        {...button}
        onPress={() => setOpen(true)}
      >
        {label}
      </Button>
      {isOpen && dialog(() => setOpen(false))}
    </>
  );
}
