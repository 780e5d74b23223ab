import { relative } from 'node:path';

const given = (name) => Number(process.env[name] ?? 0);

/** Names every skipped test and ends the output with the line `N passed, N failed, N skipped`. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) =>
      file.testResults
        .filter((test) => test.status === 'pending' || test.status === 'todo')
        .map((test) => `  ${relative(process.cwd(), file.testFilePath)}: ${test.fullName}`),
    );
    const broken = results.testResults.filter((file) => file.testExecError && file.numFailingTests === 0).length;
    const passed = results.numPassedTests + given('FOVEA_PASSED_CHECKS');
    const failed = results.numFailedTests + broken + given('FOVEA_FAILED_CHECKS');
    // Jest prints its own totals after the reporters are done; this line is to be the last.
    process.on('exit', () => {
      if (skipped.length > 0) process.stdout.write(`\nSkipped:\n${skipped.join('\n')}\n`);
      process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
    });
  }
}
