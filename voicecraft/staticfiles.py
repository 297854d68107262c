from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names that carry a hash of the content, in the imports of ES modules too, so that all is cached for ever."""

    support_js_module_import_aggregation = True
