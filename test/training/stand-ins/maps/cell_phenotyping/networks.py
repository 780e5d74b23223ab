"""Stands in for the network of MAPS: four layers, then classes."""

import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, input_dim=47, hidden_dim=512, num_classes=12, dropout=0.1):
        super().__init__()
        sizes = [input_dim] + 4 * [hidden_dim]
        steps = [(nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)) for before, after in zip(sizes, sizes[1:])]
        self.fc = nn.Sequential(*(each for step in steps for each in step))
        self.classifier = nn.Linear(hidden_dim, num_classes)

    def forward(self, batch):
        logits = self.classifier(self.fc(batch))
        return logits, torch.softmax(logits, -1)
