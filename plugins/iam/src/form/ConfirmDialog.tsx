import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextField,
} from '@backstage/ui';
import { useState, type FormEvent, type ReactNode } from 'react';
import { ErrorPanel } from '../display/ErrorPanel';
import styles from './FormDialog.module.css';
import { useCommand } from './useCommand';

/**
 * Asks before something that hurts. Where it cannot be undone, the name of what
 * is lost has to be typed. Render it while it is open.
 */
export function ConfirmDialog(props: {
  title: string;
  confirmLabel: string;
  /** What has to be typed; nothing when left out. */
  typed?: string;
  destructive?: boolean;
  onClose: () => void;
  onConfirm: () => Promise<unknown>;
  /** What will happen. */
  children: ReactNode;
}) {
  const command = useCommand(async () => {
    await props.onConfirm();
    return true;
  });
  const [text, setText] = useState('');
  const ready = props.typed === undefined || text.trim() === props.typed;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || command.pending) {
      return;
    }
    if (await command.run()) {
      props.onClose();
    }
  };

  return (
    <Dialog
      isOpen
      isDismissable={false}
      onOpenChange={isOpen => !isOpen && props.onClose()}
      width="min(30rem, 92vw)"
    >
      <DialogHeader>{props.title}</DialogHeader>
      <form className={styles.form} onSubmit={submit}>
        <DialogBody>
          <div className={styles.fields}>
            {command.error && <ErrorPanel error={command.error} />}
            {props.children}
            {props.typed !== undefined && (
              <TextField
                label={`Type “${props.typed}” to confirm`}
                autoComplete="off"
                spellCheck="false"
                value={text}
                onChange={setText}
              />
            )}
          </div>
        </DialogBody>
        <DialogFooter>
          <Button variant="secondary" onPress={props.onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="primary"
            destructive={props.destructive ?? true}
            isDisabled={!ready}
            isPending={command.pending}
          >
            {props.confirmLabel}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
