import { readFileSync, writeFileSync } from 'node:fs';
import type { TaskCost } from './tasks.ts';

/** Linux keeps a high-water mark per process, which writing 5 to clear_refs resets. */
function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    return;
  }
}

function peakRss(): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line !== null) return Number(line[1]) * 1024;
  } catch {
    // Not Linux: the life-time maximum is the best there is.
  }
  return process.resourceUsage().maxRSS * 1024;
}

/** Starts to measure; the returned function says what has been spent since: wall and CPU ms, peak RSS in bytes. */
export function startMeasuring(): () => TaskCost {
  resetPeak();
  const cpu = process.cpuUsage();
  const started = performance.now();
  return () => {
    const spent = process.cpuUsage(cpu);
    return {
      wallMs: Math.round((performance.now() - started) * 10) / 10,
      cpuMs: Math.round((spent.user + spent.system) / 100) / 10,
      peakRssBytes: peakRss(),
    };
  };
}
