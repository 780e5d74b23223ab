"""The network of dct-mini: one reading of all channels, tables that say what a marker means, and pools over channels.

Every operation across channels is a sum or a maximum over those that are present, so nothing depends on the channels' order or number.
"""

import torch
from torch import nn
from torch.nn import functional

from measures import MEASURES, SURROUNDINGS, Measures

WIDTH = 80
CONTEXT = 160
EMBEDDING = 64
#: How much of what is not votes counts once trained, chosen among 0, 0.2, 0.3, 0.4, 0.6 and 1 on the selection fields.
REST = 0.3
#: Measures of a channel that the table of all markers holds: mean, mean root, evenness around the outline, bright share.
TABLE = (0, 8, 18, 25)


class Network(nn.Module):
    """`known` are the indices (of `markers` canonical ones) that training has seen; all others leave the type as it is."""

    def __init__(self, markers, known, types):
        super().__init__()
        # Row 0 stands for padding, row 1 for markers never seen.
        rows = torch.ones(markers + 1, dtype=torch.int64)
        rows[0] = 0
        rows[torch.tensor(known) + 1] = torch.arange(len(known)) + 2
        self.register_buffer("rows", rows)
        # Measures and surroundings are brought to about the same size; train.py sets this once.
        self.register_buffer("centre", torch.zeros(MEASURES + SURROUNDINGS))
        self.register_buffer("spread", torch.ones(MEASURES + SURROUNDINGS))
        self.known = len(known)
        self.read = nn.Linear(MEASURES, WIDTH)
        self.place = nn.Linear(SURROUNDINGS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.scale = nn.Embedding(self.known + 2, WIDTH)
        self.shift = nn.Embedding(self.known + 2, WIDTH)
        self.token = nn.Linear(WIDTH, WIDTH)
        self.table = nn.Linear((len(TABLE) + 1) * self.known, CONTEXT)
        self.gather = nn.Linear(2 * WIDTH + CONTEXT + SURROUNDINGS, CONTEXT)
        self.context = nn.Linear(CONTEXT, WIDTH)
        self.again = nn.Linear(WIDTH, WIDTH)
        self.scale_again = nn.Embedding(self.known + 2, WIDTH)
        self.shift_again = nn.Embedding(self.known + 2, WIDTH)
        self.join = nn.Linear(2 * WIDTH + CONTEXT, CONTEXT)
        self.mix = nn.Linear(CONTEXT, CONTEXT)
        self.drop = nn.Dropout(0.3)
        self.embed = nn.Linear(CONTEXT, EMBEDDING)
        self.types = nn.Linear(EMBEDDING, types)
        # Whether a channel shows its marker, and how brightly for one that does.
        self.positive = nn.Sequential(nn.Linear(WIDTH, 32), nn.SiLU(), nn.Linear(32, 2))
        # How likely cells of each type are not to show a marker, to show it, and to show it brightly; as logarithms. The width is a
        # multiple of 8, so that no processor treats the last ones of a batch differently.
        self.wide = -(-types // 8) * 8
        self.votes = nn.Embedding(self.known + 2, 3 * self.wide)
        nn.init.normal_(self.votes.weight, 0, 0.1)
        for table in (self.scale, self.scale_again):
            nn.init.normal_(table.weight, 1, 0.1)
        for table in (self.shift, self.shift_again):
            nn.init.normal_(table.weight, 0, 0.3)

    def forward(self, measures, around, index, padding):
        """(type logits (B, types), marker logits (B, C), embedding (B, EMBEDDING), the part of the type logits that are votes)."""
        measures = (measures - self.centre[:MEASURES]) / self.spread[:MEASURES]
        around = (around - self.centre[MEASURES:]) / self.spread[MEASURES:]
        rows = torch.where(padding, torch.zeros_like(index), self.rows[index + 1])
        present = (rows > 1)[:, :, None].to(measures.dtype)
        tokens = self.norm(self.read(measures) + self.place(around)[:, None])
        tokens = functional.silu(tokens * self.scale(rows) + self.shift(rows))
        tokens = functional.silu(self.token(tokens))

        facts = [measures[:, :, column : column + 1] for column in TABLE]
        facts = torch.cat([*facts, torch.ones_like(facts[0])], 2) * present
        places = rows[:, :, None].expand(-1, -1, len(TABLE) + 1)
        table = torch.zeros(rows.shape[0], self.known + 2, len(TABLE) + 1, dtype=facts.dtype).scatter(1, places, facts)
        table = functional.silu(self.table(table[:, 2:].flatten(1)))

        context = functional.silu(self.gather(torch.cat([pool(tokens, present), table, around], 1)))
        tokens = (self.again(tokens) + self.context(context)[:, None]) * self.scale_again(rows) + self.shift_again(rows)
        tokens = functional.silu(tokens)
        joined = functional.silu(self.join(torch.cat([pool(tokens, present), context], 1)))
        joined = joined + functional.silu(self.mix(self.drop(joined)))
        embedding = self.embed(self.drop(joined))
        shown = self.positive(tokens)
        # Evidence adds up over channels, as it does for a reader of gates; this is what carries over to panels never seen. A channel that
        # leaves open whether the cell shows its marker says little either way.
        chance, bright = torch.sigmoid(shown).chunk(2, 2)
        likely = functional.embedding(rows, torch.exp(self.votes.weight.clamp(-6, 3)))
        unshown, plain, brightly = likely.chunk(3, 2)
        mixed = (1 - chance) * unshown + chance * ((1 - bright) * plain + bright * brightly)
        votes = add_up(torch.log(mixed), present)[:, : self.types.out_features]
        rest = self.types(functional.silu(embedding))
        return votes + (rest if self.training else REST * rest), shown[:, :, 0], embedding, votes


class Exported(nn.Module):
    """Measures and network as one graph, with the signature of dct-2026-resmlp."""

    def __init__(self, network):
        super().__init__()
        self.measures = Measures()
        self.network = network

    def forward(self, sample, spatial_context, ch_idx, padding_mask):
        measures, around = self.measures(sample, spatial_context, padding_mask)
        return self.network(measures, around, ch_idx, padding_mask)[:3]


def add_up(values, present):
    """Sums (B, n) of values (B, C, n) over the channels that are present, as a product: ONNX Runtime sums otherwise when B is 1."""
    return torch.matmul(present.transpose(1, 2), values)[:, 0]


def pool(tokens, present):
    """Mean and maximum over the channels that are present; 0 and -1 where none is."""
    mean = add_up(tokens, present) / present.sum(1).clamp(min=1)
    # SiLU is above -1, so that -1 never wins over a channel that is present.
    return torch.cat([mean, ((tokens + 1) * present).amax(1) - 1], 1)
