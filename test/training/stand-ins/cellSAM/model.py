"""Stands in for CellSAM: its parts with their call signatures, and a loader that is content with any tensors, as the package's is."""

import torch
from torch import nn
from torch.nn import functional

QUERIES = 3500


class DecodeHead(nn.Module):
    """Takes a nested tensor and gives a dict, as Anchor DETR does."""

    def __init__(self):
        super().__init__()
        self.points = nn.Parameter(torch.rand(QUERIES, 2))
        self.project = nn.Conv2d(3, 4, 1)

    def forward(self, samples):
        if "NestedTensor" not in str(type(samples)):
            raise TypeError("the published code would begin to pad here")
        tensors, mask = samples.decompose()
        pooled = functional.avg_pool2d(self.project(tensors), 64)
        small = functional.interpolate(mask[None].float(), size=pooled.shape[-2:]).to(torch.bool)[0]
        level = pooled.masked_fill(small[:, None], 0).mean((2, 3))
        shifted = self.points[None] + level[:, None, :2]
        return {"pred_logits": 3 * shifted - 1, "pred_boxes": torch.cat([shifted, shifted * 0.1], -1).sigmoid(), "aux_outputs": []}


class CellFinder(nn.Module):
    def __init__(self):
        super().__init__()
        self.decode_head = DecodeHead()
        self.postprocessors = {"bbox": None}


class PromptEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.corners = nn.Linear(2, 256)
        self.no_mask = nn.Parameter(torch.rand(256))

    def get_dense_pe(self):
        return torch.linspace(0, 1, 64).expand(1, 256, 64, 64)

    def forward(self, points, boxes, masks):
        sparse = self.corners((boxes + 0.5).reshape(-1, 2, 2) / 1024)
        dense = self.no_mask.reshape(1, -1, 1, 1).expand(boxes.shape[0], -1, 64, 64)
        return sparse, dense


class MaskDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.trust = nn.Linear(256, 1)

    def forward(self, image_embeddings, image_pe, sparse_prompt_embeddings, dense_prompt_embeddings, multimask_output):
        if multimask_output:
            raise ValueError("three masks a box")
        tokens = sparse_prompt_embeddings.sum(1)
        source = torch.repeat_interleave(image_embeddings, tokens.shape[0], dim=0) + dense_prompt_embeddings + image_pe
        low = (source * tokens[:, :, None, None]).mean(1, keepdim=True)
        masks = functional.interpolate(low, scale_factor=4.0, mode="bilinear", align_corners=False)
        return masks, torch.sigmoid(self.trust(tokens))


class Sam(nn.Module):
    def __init__(self):
        super().__init__()
        self.image_encoder = nn.Conv2d(3, 256, 16, stride=16)
        self.prompt_encoder = PromptEncoder()
        self.mask_decoder = MaskDecoder()


class CellSAM(nn.Module):
    def __init__(self, adv=False):
        super().__init__()
        self.model, self.cellfinder = Sam(), CellFinder()
        if adv:
            self.model_cp = Sam()


def get_local_model(model_path):
    state = torch.load(model_path, map_location="cpu", weights_only=True)
    model = CellSAM(adv=any(key.startswith("model_cp.") for key in state) and "old" not in model_path)
    model.load_state_dict(state, strict=False)
    return model
