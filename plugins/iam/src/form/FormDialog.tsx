import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import {
  useEffect,
  useRef,
  useState,
  type FormEvent,
  type ReactNode,
} from 'react';
import { Form } from 'react-aria-components';
import { ErrorPanel } from '../display/ErrorPanel';
import { fieldFaults } from './fieldFaults';
import styles from './FormDialog.module.css';
import { readForm, type FormValues } from './readForm';
import { useCommand } from './useCommand';

export type { FormValues };

interface FormDialogProps {
  title: string;
  submitLabel: string;
  /** What was entered cannot be taken back. */
  destructive?: boolean;
  onClose: () => void;
  /**
   * Sends the command. What it throws is shown, faults of fields beside the
   * fields of that name; the form stays. It is closed otherwise.
   */
  onSubmit: (values: FormValues) => Promise<unknown>;
  children: ReactNode;
}

/** A form in a dialog that is sent as one command. Render it while it is open. */
export function FormDialog(props: FormDialogProps) {
  const form = useRef<HTMLFormElement>(null);
  const command = useCommand(async (values: FormValues) => {
    await props.onSubmit(values);
    return true;
  });
  const [submitted, setSubmitted] = useState(0);
  const faults = fieldFaults(command.error);

  // Whoever opens a form wants to fill it in.
  useEffect(() => {
    form.current
      ?.querySelector<HTMLElement>('input:not([type=hidden]), textarea')
      ?.focus();
  }, []);

  const shown = Object.keys(faults).filter(
    name => form.current?.elements.namedItem(name) !== null,
  );

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (command.pending) {
      return;
    }
    const done = await command.run(readForm(event.currentTarget));
    setSubmitted(n => n + 1);
    if (done) {
      props.onClose();
    }
  };

  return (
    <Dialog
      isOpen
      isDismissable={false}
      onOpenChange={isOpen => !isOpen && props.onClose()}
      width="min(32rem, 92vw)"
    >
      <DialogHeader>{props.title}</DialogHeader>
      <Form
        ref={form}
        className={styles.form}
        onSubmit={submit}
        validationErrors={faults}
      >
        <DialogBody>
          <div className={styles.fields}>
            {command.error && (
              <ErrorPanel
                key={submitted}
                error={command.error}
                shownFields={command.error.fields
                  .map(({ field }) => field)
                  .filter(field => shown.includes(field.split(/[.[]/, 1)[0]!))}
              />
            )}
            {props.children}
          </div>
        </DialogBody>
        <DialogFooter>
          <Button variant="secondary" onPress={props.onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="primary"
            destructive={props.destructive}
            isPending={command.pending}
          >
            {props.submitLabel}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
