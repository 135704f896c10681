export { type BearerOptions, bearer } from './bearer.ts';
