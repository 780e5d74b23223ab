"""Both generations of the network, small, with the stages of the published ones and the names of tensors that the export reads."""

from collections import namedtuple

import torch
from torch import nn
from torch.nn import functional

Found = namedtuple("Found", "ct_logits domain_logits marker_pos_logits cls_embedding channel_outputs cls_to_channels")


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        self.norms = nn.ModuleList(nn.InstanceNorm2d(width, affine=True) for _ in range(2))

    def forward(self, x):
        inner = functional.silu(self.norms[0](self.first(x)))
        return functional.silu(x + self.norms[1](self.second(inner)))


class ChannelEncoder(nn.Module):
    """(B,C,1,S,S) → (B,C,out), each channel by itself."""

    def __init__(self, width, out):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, width, 3, stride=2, padding=1), nn.InstanceNorm2d(width, affine=True), nn.SiLU())
        self.blocks = nn.Sequential(*(Residual(width) for _ in range(3)))
        self.proj = nn.Linear(width, out)

    def forward(self, x):
        batch, channels = x.shape[:2]
        planes = self.blocks(self.stem(x.flatten(0, 1)))
        return self.proj(planes.mean((2, 3))).view(batch, channels, -1)


class SpatialEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        steps = []
        for before, after in ((3, 32), (32, 64), (64, 64)):
            steps += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.BatchNorm2d(after), nn.SiLU()]
        self.layers = nn.Sequential(*steps, nn.AdaptiveAvgPool2d(1))

    def forward(self, x):
        return self.layers(x).flatten(1)


class MarkerNames(nn.Module):
    """Row 0 is padding; unit length, or nothing at all for padding."""

    def __init__(self, width, vectors):
        super().__init__()
        table = torch.cat([torch.zeros(1, vectors.shape[1]), torch.as_tensor(vectors)])
        self.embed_layer = nn.Embedding.from_pretrained(table, freeze=True, padding_idx=0)
        self.proj = nn.Linear(vectors.shape[1], width)

    def forward(self, index):
        unit = functional.normalize(self.proj(self.embed_layer(index + 1)), dim=-1)
        return unit * (index >= 0).unsqueeze(-1)


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.ff = nn.Sequential(nn.Linear(width, 4 * width), nn.SiLU(), nn.Linear(4 * width, width))

    def forward(self, x, padding):
        inner = self.norm1(x)
        x = x + self.attn(inner, inner, inner, key_padding_mask=padding)[0]
        return x + self.ff(self.norm2(x))


class TypeHead(nn.Module):
    def __init__(self, width, inner, depth, types):
        super().__init__()

        def step(before):
            return nn.Sequential(nn.Linear(before, inner), nn.BatchNorm1d(inner), nn.SiLU())

        self.inp, self.blocks, self.out = step(width), nn.ModuleList(step(inner) for _ in range(depth)), nn.Linear(inner, types)

    def forward(self, x):
        x = self.inp(x)
        for block in self.blocks:
            x = x + block(x)
        return self.out(x)


class PositivityHead(nn.Module):
    def __init__(self, width, names):
        super().__init__()
        self.names = names
        self.film_scale, self.film_shift = nn.Linear(width, width), nn.Linear(width, width)
        self.head = nn.Sequential(nn.Linear(width, width // 2), nn.SiLU(), nn.Linear(width // 2, 1))

    def forward(self, tokens, index):
        names = self.names(index)
        return self.head(tokens * torch.sigmoid(self.film_scale(names)) + self.film_shift(names)).squeeze(-1)


class Annotator(nn.Module):
    def __init__(self, vectors, width, heads, layers, types, domains, base, zero, inner, depth):
        super().__init__()
        self.markers, self.zero = len(vectors), zero
        self.spatial_encoder, self.channel_encoder = SpatialEncoder(), ChannelEncoder(base, 128)
        self.fusion = nn.Linear(128 + 64, width)
        self.marker_embedder = MarkerNames(width, vectors)
        self.cls_token = nn.Parameter(torch.randn(1, 1, width))
        self.transformer_layers = nn.ModuleList(Layer(width, heads) for _ in range(layers))
        self.final_norm = nn.LayerNorm(width)
        self.intensity_cls_branch = nn.Sequential(nn.Linear(self.markers, width), nn.GELU(), nn.Linear(width, width))
        self.ct_head = TypeHead(width, inner, depth, types)
        self.marker_pos_head = PositivityHead(width, self.marker_embedder)
        self.domain_head = nn.Sequential(nn.Linear(width, width), nn.LayerNorm(width), nn.SiLU(), nn.Linear(width, domains))

    def forward(self, sample, spatial_context, ch_idx, padding_mask, return_attn_weights=False, domain_idx=None):
        batch, channels = sample.shape[:2]
        hidden = padding_mask.unsqueeze(-1)
        around = self.spatial_encoder(spatial_context).unsqueeze(1).expand(-1, channels, -1)
        both = torch.cat([self.channel_encoder(sample).masked_fill(hidden, 0), around.masked_fill(hidden, 0)], -1)
        tokens = self.fusion(both).masked_fill(hidden, 0) + self.marker_embedder(ch_idx)
        x = torch.cat([self.cls_token.expand(batch, -1, -1), tokens], 1)
        ignored = torch.cat([torch.zeros(batch, 1, dtype=torch.bool), padding_mask], 1)
        for layer in self.transformer_layers:
            x = layer(x, ignored)
        x = self.final_norm(x)
        # Padding writes into a column behind the last marker, in place, as the published network does.
        area = spatial_context[:, 0].sum((1, 2)).clamp(min=1)
        means = (sample.sum((2, 3, 4)) / area.unsqueeze(1)).masked_fill(padding_mask, 0)
        place = ch_idx.clone()
        place[padding_mask] = self.markers
        spread = torch.zeros(batch, self.markers + 1)
        spread.scatter_(1, place, means)
        spread = spread[:, : self.markers].clone()
        if self.zero:
            spread[:, 0] = 0
        cls = x[:, 0] + self.intensity_cls_branch(spread)
        outputs = x[:, 1:]
        return Found(self.ct_head(cls), self.domain_head(cls), self.marker_pos_head(outputs, ch_idx), cls, outputs, None)


def create_model(
    dct_config,
    marker_embeddings,
    d_model=256,
    n_heads=8,
    n_layers=4,
    n_celltypes=None,
    n_domains=None,
    resnet_base_channels=48,
    compat_marker0_zero=True,
    ct_head_width=512,
    ct_head_depth=4,
):
    types, domains = n_celltypes or dct_config.NUM_CELLTYPES, n_domains or dct_config.NUM_DOMAINS
    sizes = (d_model, n_heads, n_layers, types, domains, resnet_base_channels)
    return Annotator(marker_embeddings, *sizes, compat_marker0_zero, ct_head_width, ct_head_depth)


class ImageEncoder(nn.Module):
    """Of 2025: attention over channels, then one more layer of it with a token in front, of which the first row is kept."""

    def __init__(self, width, heads, domains, vectors):
        super().__init__()
        steps, before = [], 3
        for after, stride in ((width // 4, 4), (width // 2, 4), (width, 4)):
            steps += [nn.Conv2d(before, after, 3, stride=stride, padding=1), nn.BatchNorm2d(after), nn.SiLU()]
            before = after
        self.img_feature_extractor = nn.Sequential(*steps)
        self.marker_embedder = nn.Module()
        table = torch.cat([torch.zeros(1, vectors.shape[1]), torch.as_tensor(vectors)])
        self.marker_embedder.embed_layer = nn.Embedding.from_pretrained(table, freeze=True, padding_idx=0)
        self.marker_embedder.dense = nn.Linear(vectors.shape[1], width)
        layer = nn.TransformerEncoderLayer(width, heads, 2 * width, batch_first=True)
        self.transformer_blocks = nn.TransformerEncoder(layer, num_layers=2)
        self.cls_token = nn.Parameter(torch.randn(1, 1, width))
        self.cls_single_attention = nn.MultiheadAttention(width, 1, batch_first=True)
        self.domain_classification_head = nn.Module()
        self.domain_classification_head.dense3 = nn.Linear(width // 2, domains)

    def forward(self, sample, index, padding):
        batch, channels = sample.shape[:2]
        flags = functional.pad(padding.long(), (1, 0), mode="reflect").bool()
        features = self.img_feature_extractor(sample.view(-1, *sample.shape[2:])).mean((2, 3)).view(batch, channels, -1)
        names = self.marker_embedder.dense(self.marker_embedder.embed_layer(index + 1))
        x = self.transformer_blocks(features + names, src_key_padding_mask=padding)
        x = torch.cat([self.cls_token.expand(batch, -1, -1), x], 1)
        x, weights = self.cls_single_attention(x, x, x, key_padding_mask=flags, need_weights=True, average_attn_weights=False)
        return x[:, 0], weights[:, 0, 0, 1:]


class CellTypeCLIPModel(nn.Module):
    def __init__(
        self, n_filters, embedding_dim, ct_embeddings, marker_embeddings, n_heads, n_celltypes, n_domains, img_feature_extractor="conv"
    ):
        super().__init__()
        self.logit_scale = nn.Parameter(torch.tensor(2.659))
        self.ct_embedding = nn.Embedding.from_pretrained(torch.as_tensor(ct_embeddings), freeze=True)
        self.image_encoder = ImageEncoder(n_filters, n_heads, n_domains, marker_embeddings)
        self.image_adaptor = nn.Sequential(nn.Linear(n_filters, n_filters))
        self.text_adaptor = nn.Linear(embedding_dim, n_filters)

    def forward(self, sample, ch_idx, mask):
        cls, attention = self.image_encoder(sample, ch_idx, mask)
        image, names = (functional.normalize(each, dim=-1) for each in (self.image_adaptor(cls), self.text_adaptor(self.ct_embedding.weight)))
        probabilities = torch.softmax(self.logit_scale.exp() * image @ names.t(), -1)
        return None, None, None, attention / attention.max(-1, keepdim=True)[0], probabilities, image
