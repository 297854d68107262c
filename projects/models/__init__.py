from projects.models.expert import ExpertProfile
from projects.models.project import Project, ProjectAudio, ProjectEvent

__all__ = ["ExpertProfile", "Project", "ProjectAudio", "ProjectEvent"]
