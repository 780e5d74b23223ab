import type { Activities, Engine } from './engine/engine.ts';
import { finishActivity } from './engine/finish.ts';
import { ingestActivity } from './engine/ingest.ts';
import { collectActivity, gatherActivity, lookupActivity, pageActivity } from './engine/page.ts';
import { preparePublishActivity, publishFovsActivity, sealActivity } from './engine/publish.ts';
import { stepActivity } from './engine/step.ts';

/** Every activity, closed over the engine. */
export function createActivities(engine: Engine): Activities {
  return {
    step: (request, attempt) => stepActivity(engine, request, attempt),
    'fovea.ingest': (request, attempt) => ingestActivity(engine, request, attempt),
    'fovea.page': (request, attempt) => pageActivity(engine, request, attempt),
    'fovea.lookup': (request) => lookupActivity(engine, request),
    'fovea.collect': (request) => collectActivity(engine, request),
    'fovea.gather': (request) => gatherActivity(engine, request),
    'fovea.prepare-publish': (request) => preparePublishActivity(engine, request),
    'fovea.publish-fovs': (request, attempt) => publishFovsActivity(engine, request, attempt),
    'fovea.seal': (request, attempt) => sealActivity(engine, request, attempt),
    'fovea.finish': (request) => finishActivity(engine, request),
  };
}
