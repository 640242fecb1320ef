export { aggregates } from '../aggregates';
