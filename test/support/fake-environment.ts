import type { Environment } from '../../core/compile.ts';
import { parseQueues } from '../../core/queues.ts';
import { fakeRegistry } from './fake-steps.ts';

const QUEUES = `
- { name: cpu, cpus: 2, memory: 4 GiB, runtime: js }
- { name: cpu-large, cpus: 4, memory: 16 GiB, runtime: js }
- { name: gpu, cpus: 4, memory: 16 GiB, runtime: ort-1.30-cuda, slots: 1 }
- { name: gpu-large, cpus: 8, memory: 64 GiB, runtime: ort-1.30-cuda }
`;

/** What the sample pipelines are compiled against. */
export function fakeEnvironment(): Environment {
  return {
    registry: fakeRegistry(),
    queues: parseQueues(QUEUES, 'queues.yaml'),
    models: { 'lineage-net-2': { digest: 'a'.repeat(64) }, 'lineage-net-3': { digest: 'b'.repeat(64) } },
  };
}
