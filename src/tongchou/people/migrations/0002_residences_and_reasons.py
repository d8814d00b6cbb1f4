
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Residence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField(verbose_name='从')),
                ('end', models.DateField(blank=True, null=True, verbose_name='到（不含）')),
                ('known_on', models.DateField(verbose_name='得知')),
                ('source', models.CharField(max_length=100, verbose_name='来源')),
                ('struck_at', models.DateTimeField(blank=True, null=True, verbose_name='更正时间')),
                ('struck_reason', models.CharField(blank=True, max_length=200, verbose_name='更正原因')),
                ('town', models.CharField(max_length=50, verbose_name='镇街')),
                ('village', models.CharField(blank=True, max_length=50, verbose_name='村居')),
            ],
            options={
                'verbose_name': '住址',
            },
        ),
        migrations.AddField(
            model_name='enrolment',
            name='struck_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='更正原因'),
        ),
        migrations.AddField(
            model_name='identity',
            name='struck_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='更正原因'),
        ),
        migrations.AddField(
            model_name='personnumber',
            name='struck_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='更正原因'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['name'], name='person_name', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddField(
            model_name='residence',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residences', to='people.person'),
        ),
        migrations.AddIndex(
            model_name='residence',
            index=models.Index(fields=['person', 'start'], name='residence_person'),
        ),
        migrations.AddConstraint(
            model_name='residence',
            constraint=models.CheckConstraint(condition=models.Q(('end', None), ('end__gt', models.F('start')), _connector='OR'), name='residence_spell'),
        ),
    ]
