export { fov } from './fov.ts';
export { pipeline } from './pipeline.ts';
