// Windows around cells as models of cell types take them: prepared once for a field of view, cut in batches.
export { cutBatch, patchLengths, patchRoom, repeatPatches, type PatchBatch, type PatchRoom } from './batches.ts';
export { channelScale, type ChannelScale } from './channel-scale.ts';
export { preparePatches, type PatchSource } from './prepare.ts';
export { PATCH_PROFILES, patchProfile, type PatchProfile, type PatchProfileId } from './profiles.ts';
