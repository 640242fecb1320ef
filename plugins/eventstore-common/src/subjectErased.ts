import { z } from 'zod';
import { defineEvent } from './defineEvent';

/**
 * The key of a subject was destroyed: its personal data is unreadable in the
 * log. A view that holds such data clears it when it sees this event.
 *
 * @public
 */
export const subjectErased = defineEvent({
  type: 'eventstore.subject.erased',
  schema: z.object({ subject: z.string() }),
});
