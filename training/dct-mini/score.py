"""What a network says of measured fields, and how good that is."""

import numpy as np
import torch


def shown(field, drop):
    """Channels a test gives to the model: all of them, or without those the field's test misses."""
    return np.flatnonzero(~field.missing) if drop else np.arange(len(field.channels))


@torch.no_grad()
def predict(network, fields, drop=True):
    """(true types, found types) of all cells of all fields that lie on a cell."""
    truth, found = [], []
    for field in fields:
        cells = np.flatnonzero(field.types >= 0)
        channels = shown(field, drop)
        index = torch.from_numpy(np.tile(field.channels[channels], (len(cells), 1)))
        measures = torch.from_numpy(field.measures[0][cells][:, channels].astype(np.float32))
        logits = network(measures, torch.from_numpy(field.around[cells]), index, index < 0)[0]
        truth.append(field.types[cells])
        found.append(logits.argmax(1).numpy())
    return np.concatenate(truth), np.concatenate(found)


def macro_f1(truth, found):
    """(mean F1 over the types that occur in the truth, {type: F1}). A type found where it does not occur costs the others only."""
    scores = {}
    for kind in np.unique(truth):
        right = np.sum((truth == kind) & (found == kind))
        scores[int(kind)] = float(2 * right / (np.sum(truth == kind) + np.sum(found == kind)))
    return float(np.mean(list(scores.values()))), scores
