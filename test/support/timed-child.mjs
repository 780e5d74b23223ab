// Stands in for a compute process: a hash task takes as many ms as its first path says.
process.on('message', (message) => {
  if (message.type === 'start') process.send({ type: 'ready' });
  if (message.type !== 'run') return;
  const cost = { wallMs: 0, cpuMs: 0, peakRssBytes: 0 };
  setTimeout(
    () => process.send({ type: 'done', id: message.id, result: { digests: [] }, cost }),
    Number(message.task.paths[0]),
  );
});
process.on('disconnect', () => process.exit(0));
